// The words of the app. English is in the first load, the others come when asked for.
import { createI18n } from 'vue-i18n'

import en from './locales/en.json'

export const LOCALES = ['en', 'en-XA'] as const
export type Locale = (typeof LOCALES)[number]

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en },
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
})

export const t = i18n.global.t

const loaders: Record<Exclude<Locale, 'en'>, () => Promise<{ default: object }>> = {
  'en-XA': () => import('./locales/en-XA.json'),
}

export async function useLanguage(locale: Locale): Promise<void> {
  if (locale !== 'en' && !i18n.global.availableLocales.includes(locale as never)) {
    i18n.global.setLocaleMessage(locale as never, (await loaders[locale]()).default as never)
  }
  i18n.global.locale.value = locale as never
  document.documentElement.lang = locale
}
