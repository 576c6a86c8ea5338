// The words of the app, in one language at a time: those of the first screens, and in folders
// beside them those that come with the part of the app that says them.
import { createI18n } from 'vue-i18n'

export const LOCALES = ['en', 'es', 'en-XA'] as const
export type Locale = (typeof LOCALES)[number]
type Part =
  | 'account'
  | 'comparison'
  | 'costs'
  | 'fields'
  | 'help'
  | 'hospitalSettings'
  | 'members'
  | 'print'
  | 'settings'
  | 'shifts'
  | 'templates'

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
})

export const t = i18n.global.t

const files = import.meta.glob<{ default: object }>('./locales/**/*.json')
const loaded = new Set<string>()
const parts = new Set<Part>()
let wanted: Locale = 'en'

/** Fetch what is missing of the wanted language. */
async function fetchWords(locale: Locale): Promise<void> {
  const paths = ['', ...[...parts].map((part) => `${part}/`)]
  await Promise.all(
    paths.map(async (path) => {
      const file = `./locales/${path}${locale}.json`
      if (loaded.has(file) || !files[file]) return
      i18n.global.mergeLocaleMessage(locale, (await files[file]()).default)
      loaded.add(file)
    }),
  )
}

/** Rejects when the words can't be fetched; then the language stays as it was. */
export async function useLanguage(locale: Locale): Promise<void> {
  wanted = locale
  await fetchWords(locale)
  // Another one was chosen while this one came.
  if (wanted !== locale) return
  i18n.global.locale.value = locale as never
  document.documentElement.lang = locale
}

/** `component`, once the words of its part are there, too; from now on in every language. */
export async function withWords<T>(part: Part, component: Promise<T>): Promise<T> {
  parts.add(part)
  return (await Promise.all([component, fetchWords(wanted)]))[0]
}
