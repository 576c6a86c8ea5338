// The words of the app, in one language at a time: each is a chunk of its own.
import { createI18n } from 'vue-i18n'

export const LOCALES = ['en', 'es', 'en-XA'] as const
export type Locale = (typeof LOCALES)[number]

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
})

export const t = i18n.global.t

const loaders: Record<Locale, () => Promise<{ default: object }>> = {
  en: () => import('./locales/en.json'),
  es: () => import('./locales/es.json'),
  'en-XA': () => import('./locales/en-XA.json'),
}

const loaded = new Set<Locale>()
let wanted: Locale

/** Rejects when the words can't be fetched; then the language stays as it was. */
export async function useLanguage(locale: Locale): Promise<void> {
  wanted = locale
  if (!loaded.has(locale)) {
    i18n.global.setLocaleMessage(locale as never, (await loaders[locale]()).default as never)
    loaded.add(locale)
  }
  // Another one was chosen while this one came.
  if (wanted !== locale) return
  i18n.global.locale.value = locale as never
  document.documentElement.lang = locale
}
