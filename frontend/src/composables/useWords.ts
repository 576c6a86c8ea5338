// Dates, times and people in this reader's words.
import { computed } from 'vue'

import { i18n } from '../i18n'
import * as time from '../lib/time'
import { usePreferences } from './usePreferences'

const preferences = usePreferences()

/** The browser's own variant of the language that the app speaks: British dates for a Briton. */
const locale = computed(() => {
  const language = i18n.global.locale.value.slice(0, 2)
  return navigator.languages?.find((one) => one.startsWith(language)) ?? language
})
const clock = computed<time.Clock>(() => ({
  locale: locale.value,
  hour12:
    preferences.hours === 'auto'
      ? !!new Intl.DateTimeFormat(locale.value, { hour: 'numeric' }).resolvedOptions().hour12
      : preferences.hours === '12',
}))
const weekStart = computed<'sun' | 'mon'>(() => {
  if (preferences.weekStart !== 'auto') return preferences.weekStart
  return /-(US|CA|MX|IN|JP|BR)$/.test(locale.value) ? 'sun' : 'mon'
})

export function useWords() {
  return {
    locale,
    clock,
    weekStart,
    date: (date: string, style: time.DateStyle = 'medium') =>
      time.showDate(date, style, locale.value),
    time: (wall: string) => time.showTime(wall, clock.value),
    moment: (instant: string, zone: string) =>
      time.showMoment(Date.parse(instant), zone, clock.value),
    zone: (zone: string, instant: number) => time.zoneName(zone, instant, locale.value),
    number: (value: number, digits = 0) =>
      new Intl.NumberFormat(locale.value, {
        maximumFractionDigits: digits,
        minimumFractionDigits: digits,
      }).format(value),
    list: (words: string[]) =>
      new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(words),
  }
}
export type Words = ReturnType<typeof useWords>
