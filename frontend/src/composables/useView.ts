// The board's state in the address bar: back, reload and a shared link work.
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { getApi } from '../api'
import { parseView, type View, viewQuery } from '../lib/view'

export function useView() {
  const route = useRoute()
  const router = useRouter()
  const view = computed(() => parseView(route.query))

  /** Show something else; `replace` leaves no step behind for the back button. */
  function show(changes: Partial<View>, how: 'push' | 'replace' = 'push') {
    return router[how]({ path: route.path, query: viewQuery({ ...view.value, ...changes }) })
  }
  /** The address of another page about the same hospital. */
  function at(path: string, changes: Partial<View> = {}) {
    const { hospital, api } = view.value
    const none = parseView({})
    return { path, query: viewQuery({ ...none, hospital, api, ...changes }) }
  }
  return { view, show, at, api: () => getApi(view.value.api) }
}
