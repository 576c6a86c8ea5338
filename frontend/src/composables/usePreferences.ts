// What this reader likes, kept in this browser. Nothing of a patient is among it.
import { reactive, watch } from 'vue'

import { type Locale, LOCALES } from '../i18n'
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
  locale: LOCALES.find((one) => navigator.language.split('-')[0] === one) ?? 'en',
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
// What another tab changes holds here, too.
window.addEventListener('storage', ({ key }) => {
  if (key === STORE) Object.assign(preferences, readStored<Preferences>(STORE))
})
// `public/first.js` does the same before the first paint.
watch(
  preferences,
  ({ theme, density, letters }) => {
    const { dataset } = document.documentElement
    dataset.theme = theme
    dataset.density = density
    dataset.letters = letters ? 'on' : 'off'
  },
  { immediate: true },
)

export function usePreferences(): Preferences {
  return preferences
}
