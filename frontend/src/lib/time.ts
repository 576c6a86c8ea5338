// Dates and times as a hospital's wall clock shows them; the browser's own zone is never used.
import { type CalendarDate, getDayOfWeek, parseDate } from '@internationalized/date'

const HOUR = 3_600_000

export interface Clock {
  locale: string
  hour12: boolean
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}|${JSON.stringify(options)}`
  let made = formats.get(key)
  if (!made) {
    made = new Intl.DateTimeFormat(locale, options)
    formats.set(key, made)
  }
  return made
}

function parts(zone: string, instant: number): Record<string, string> {
  const shown = format('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(instant)
  return Object.fromEntries(shown.map(({ type, value }) => [type, value]))
}

/** The wall clock of `zone` at an instant: its date and `HH:MM`. */
export function wallClock(zone: string, instant: number): { date: string; time: string } {
  const { year, month, day, hour, minute } = parts(zone, instant)
  return { date: `${year}-${month}-${day}`, time: `${hour}:${minute}` }
}

/** What the wall clock of `zone` is ahead of UTC, in milliseconds. */
export function zoneOffset(zone: string, instant: number): number {
  const { year, month, day, hour, minute, second } = parts(zone, instant)
  const wall = Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute!, +second!)
  return wall - Math.floor(instant / 1000) * 1000
}

/**
 * The instants at which the wall clock of `zone` shows `time` on `date`, earliest first:
 * none in an hour that is skipped, two in one that is repeated.
 */
export function wallInstants(zone: string, date: string, time: string): number[] {
  const wall = Date.parse(`${date}T${time}:00Z`)
  const offsets = new Set([zoneOffset(zone, wall - 26 * HOUR), zoneOffset(zone, wall + 26 * HOUR)])
  return [...offsets]
    .map((offset) => wall - offset)
    .filter((instant) => zoneOffset(zone, instant) === wall - instant)
    .sort((a, b) => a - b)
}

/** Whether the clocks of `zone` change within `date`. */
export function clockChanges(zone: string, date: string): boolean {
  const noon = Date.parse(`${date}T12:00:00Z`)
  return zoneOffset(zone, noon - 26 * HOUR) !== zoneOffset(zone, noon + 26 * HOUR)
}

export function today(zone: string, now = Date.now()): string {
  return wallClock(zone, now).date
}

export function addDays(date: string, days: number): string {
  return parseDate(date).add({ days }).toString()
}

export function daysBetween(from: string, to: string): number {
  return parseDate(to).compare(parseDate(from))
}

/** Every date from `from` to `to`, both included. */
export function dateRange(from: string, to: string): string[] {
  const count = Math.max(0, daysBetween(from, to) + 1)
  return Array.from({ length: count }, (_, index) => addDays(from, index))
}

/** Monday is 0 where the week starts on Monday. */
export function weekday(date: string, weekStart: 'sun' | 'mon'): number {
  return getDayOfWeek(parseDate(date), 'en-US', weekStart)
}

export function isDate(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  try {
    return parseDate(text).toString() === text
  } catch {
    return false
  }
}

export function calendarDate(date: string): CalendarDate {
  return parseDate(date)
}

/**
 * The formats of an app in `language` for who prefers `languages`: the language as it is written
 * where they are, `en-DE`; where nobody says how that is, as the world writes it.
 */
export function localeFor(language: string, languages: readonly string[]): string {
  const speaks = (one: string | undefined) => one?.split('-')[0] === language
  const [first] = languages
  if (first && !speaks(first)) {
    const { region } = new Intl.Locale(first).maximize()
    const there = `${language}-${region}`
    const known = new Intl.DateTimeFormat(there).resolvedOptions().locale === there
    if (region && known) return there
    if (language === 'en') return 'en-001'
  }
  return languages.find(speaks) ?? language
}
export function usesHour12(locale: string): boolean {
  return !!new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions().hour12
}

export type DateStyle = 'long' | 'medium' | 'short' | 'weekday' | 'day' | 'month' | 'birth'

const DATE_STYLES: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  medium: { weekday: 'short', day: 'numeric', month: 'short' },
  short: { day: 'numeric', month: 'short' },
  weekday: { weekday: 'short' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  month: { month: 'long', year: 'numeric' },
  birth: { day: 'numeric', month: 'short', year: 'numeric' },
}

const HALF_A_YEAR = 183 * 24 * HOUR

/** A plain date in words; no zone can shift it. One far from `now` says of which year it is. */
export function showDate(date: string, style: DateStyle, locale: string, now = Date.now()): string {
  const instant = Date.parse(`${date}T00:00:00Z`)
  const far = /^(medium|day)$/.test(style) && Math.abs(instant - now) > HALF_A_YEAR
  const options = { ...DATE_STYLES[style], ...(far && { year: 'numeric' as const }) }
  return format(locale, { ...options, timeZone: 'UTC' }).format(instant)
}

/** `13:00` as this reader likes it: `13:00` or `1 PM`. */
export function showTime(time: string, clock: Clock): string {
  if (!clock.hour12) return time
  const round = time.endsWith(':00')
  return format(clock.locale, {
    timeZone: 'UTC',
    hour: 'numeric',
    hour12: true,
    ...(round ? {} : { minute: '2-digit' }),
  }).format(Date.parse(`2000-01-01T${time}:00Z`))
}

/** The zone's short name at an instant, such as `EST` or `GMT+5:30`. */
export function zoneName(zone: string, instant: number, locale: string): string {
  // Only American English knows the American abbreviations.
  const words =
    zone.startsWith('America/') || zone.startsWith('Pacific/Honolulu') ? 'en-US' : locale
  const shown = format(words, { timeZone: zone, timeZoneName: 'short' }).formatToParts(instant)
  return shown.find(({ type }) => type === 'timeZoneName')?.value ?? zone
}

/** `America/New_York` → `New York`. */
export function zoneCity(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')
}

/** The wall time of an instant: with the zone's name where it comes twice on that date. */
export function showHour(time: string, instant: number, zone: string, clock: Clock): string {
  const twice = wallInstants(zone, wallClock(zone, instant).date, time).length > 1
  return showTime(time, clock) + (twice ? ` ${zoneName(zone, instant, clock.locale)}` : '')
}

/** An instant on the wall clock of `zone`, date and time in words. */
export function showMoment(instant: number, zone: string, clock: Clock): string {
  const { date, time } = wallClock(zone, instant)
  return `${showDate(date, 'medium', clock.locale)}, ${showHour(time, instant, zone, clock)}`
}

export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Whole years between a date of birth and `today`. */
export function age(dateOfBirth: string, on: string): number {
  const [birth, day] = [parseDate(dateOfBirth), parseDate(on)]
  const before = day.month < birth.month || (day.month === birth.month && day.day < birth.day)
  return day.year - birth.year - (before ? 1 : 0)
}
