import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp, watch } from 'vue'

import App from './App.vue'
// Costs are counted from the first request on.
import './composables/useCosts'
import { usePreferences } from './composables/usePreferences'
import { queryClient } from './composables/useServerData'
import { i18n, useLanguage } from './i18n'
import { router } from './router'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/shell.css'

const preferences = usePreferences()
// Words that can't be fetched change nothing.
watch(
  () => preferences.locale,
  (locale, before) => useLanguage(locale).catch(() => (preferences.locale = before)),
)
const words = useLanguage(preferences.locale).catch(() => useLanguage('en'))
const app = createApp(App).use(i18n).use(router).use(VueQueryPlugin, { queryClient })
// Fetched while the router asks for the session and the page.
await words
app.mount('#app')
