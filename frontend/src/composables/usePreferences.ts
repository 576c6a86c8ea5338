// What this reader likes, kept in this browser. Nothing of a patient is among it.
import { reactive, watch } from 'vue'

import type { Locale } from '../i18n'
import type { GroupBy } from '../lib/grid'

export interface Preferences {
  hours: 'auto' | '12' | '24'
  weekStart: 'auto' | 'mon' | 'sun'
  density: 'comfortable' | 'compact'
  theme: 'system' | 'light' | 'dark'
  letters: boolean
  locale: Locale
  costBar: boolean
  groupBy: GroupBy
  allHours: boolean
  lastHospital: number | null
}

const STORE = 'preferences'
const DEFAULTS: Preferences = {
  hours: 'auto',
  weekStart: 'auto',
  density: 'comfortable',
  theme: 'system',
  letters: true,
  locale: 'en',
  // On a phone it would take too much of the screen.
  costBar: !window.matchMedia?.('(max-width: 640px)').matches,
  groupBy: 'day',
  allHours: false,
  lastHospital: null,
}

/** Storage may be full, forbidden or filled by an older version: then the defaults hold. */
export function readStored<T>(key: string): Partial<T> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<T>
  } catch {
    return {}
  }
}
export function store(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Remembered for this page only.
  }
}

const preferences = reactive<Preferences>({ ...DEFAULTS, ...readStored<Preferences>(STORE) })

watch(preferences, (now) => store(STORE, now))
watch(
  preferences,
  ({ theme, density }) => {
    const { dataset } = document.documentElement
    if (theme === 'system') delete dataset.theme
    else dataset.theme = theme
    dataset.density = density
  },
  { immediate: true },
)

export function usePreferences(): Preferences {
  return preferences
}
