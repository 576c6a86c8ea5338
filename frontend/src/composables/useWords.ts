// Dates, times and people in this reader's words.
import { computed, shallowRef } from 'vue'

import { i18n } from '../i18n'
import * as time from '../lib/time'
import { usePreferences } from './usePreferences'

const preferences = usePreferences()

/** Dates and times follow the place, whatever the words: German ones for a German, in English. */
const locale = computed(() =>
  time.localeFor(i18n.global.locale.value.slice(0, 2), navigator.languages ?? []),
)
const place = computed(() => navigator.languages?.[0] ?? locale.value)
const clock = computed<time.Clock>(() => ({
  locale: locale.value,
  hour12: preferences.hours === 'auto' ? time.usesHour12(place.value) : preferences.hours === '12',
}))
const weekStart = computed<'sun' | 'mon'>(() => {
  if (preferences.weekStart !== 'auto') return preferences.weekStart
  return /-(US|CA|MX|IN|JP|BR)$/.test(place.value) ? 'sun' : 'mon'
})
/** The hospital's, whose clock rules all that is shown; known by `useHospital`. */
export const hospitalZone = shallowRef('UTC')

export function useWords() {
  return {
    locale,
    clock,
    weekStart,
    date: (date: string, style: time.DateStyle = 'medium') =>
      time.showDate(date, style, locale.value),
    time: (wall: string) => time.showTime(wall, clock.value),
    slot: (slot: { time: string; startsAt: string | null }) =>
      slot.startsAt
        ? time.showHour(slot.time, Date.parse(slot.startsAt), hospitalZone.value, clock.value)
        : time.showTime(slot.time, clock.value),
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
