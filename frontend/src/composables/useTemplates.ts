// Weeks that were kept as templates: in this browser, per hospital and user. No patient is in them.
import { computed, ref, type Ref } from 'vue'

import type { Shift } from '../api'
import { readStored, store } from './usePreferences'
import { useSession } from './useSession'

export interface Template {
  name: string
  /** Of Monday to Sunday. */
  days: Shift[][]
}
const STORE = 'shift-templates'

export function useTemplates(hospitalId: Ref<number | null>) {
  const { me } = useSession()
  const all = ref(readStored<Record<string, Template[]>>(STORE))
  const key = computed(() => `${me.value?.id}|${hospitalId.value}`)
  const templates = computed(() => all.value[key.value] ?? [])

  function keep(now: Template[]) {
    all.value = { ...readStored<Record<string, Template[]>>(STORE), [key.value]: now }
    store(STORE, all.value)
  }
  const others = (name: string) => templates.value.filter((one) => one.name !== name)
  return {
    templates,
    /** One of the same name is replaced. */
    save: (name: string, days: Shift[][]) =>
      keep([...others(name), { name, days }].sort((a, b) => a.name.localeCompare(b.name))),
    remove: (name: string) => keep(others(name)),
  }
}
