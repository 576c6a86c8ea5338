// Dates as people type them: with names of months or in numbers, in the order of their language.
import { isDate } from './time'

const OLDEST = 120
/** A day whose parts can't be mistaken for one another. */
const SAMPLE = Date.UTC(2001, 10, 23)

type Part = 'day' | 'month' | 'year'
interface Ways {
  /** The order in which numbers stand. */
  order: Part[]
  /** Each month's names, January first, as `plain` makes them. */
  months: string[][]
  /** What may stand in a date besides: weekdays, "of", "th". */
  others: Set<string>
}
const JOINING = ['de', 'del', 'of', 'the', 'st', 'nd', 'rd', 'th']
const known = new Map<string, Ways>()

const plain = (text: string) =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\./g, ' ').trim()

function names(locale: string, type: 'month' | 'weekday', instant: number): string[] {
  // Beside a day a month's name may have another form than alone. Forms come in English everywhere.
  return [locale, 'en'].flatMap((language) =>
    (['long', 'short'] as const).flatMap((length) =>
      [{}, { day: 'numeric' as const }].map((more) => {
        const options = { ...more, [type]: length, timeZone: 'UTC' }
        const parts = new Intl.DateTimeFormat(language, options).formatToParts(instant)
        return plain(parts.find((part) => part.type === type)!.value)
      }),
    ),
  )
}

function waysOf(locale: string): Ways {
  let ways = known.get(locale)
  if (!ways) {
    const numbers = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeZone: 'UTC' })
    const order = numbers.formatToParts(SAMPLE).map(({ type }) => type)
    const months = Array.from({ length: 12 }, (_, month) =>
      names(locale, 'month', Date.UTC(2001, month, 23)),
    )
    const weekdays = Array.from({ length: 7 }, (_, day) =>
      names(locale, 'weekday', Date.UTC(2001, 0, 1 + day)),
    )
    // "mar" is Tuesday and March: it is the month that matters.
    const others = weekdays
      .flat()
      .flatMap((name) => name.split(/\P{L}+/u))
      .filter((one) => !months.flat().includes(one))
    const isPart = (type: string): type is Part => ['day', 'month', 'year'].includes(type)
    ways = { order: order.filter(isPart), months, others: new Set([...JOINING, ...others]) }
    known.set(locale, ways)
  }
  return ways
}

/** 1 to 12 for a month's name, or for the beginning of one: at least three letters of it. */
function monthOf(word: string, months: string[][]): number {
  const whole = months.findIndex((names) => names.includes(word))
  if (whole >= 0 || word.length < 3) return whole + 1
  return months.findIndex((names) => names.some((name) => name.startsWith(word))) + 1
}

function yearOf(digits: string, today: string): number {
  if (digits.length !== 2) return digits.length === 4 ? Number(digits) : 0
  const century = Number(today.slice(0, 2)) * 100
  const year = century + Number(digits)
  return year > Number(today.slice(0, 4)) ? year - 100 : year
}

function dateOf(parts: Record<Part, string>, today: string): string | null {
  const [year, month, day] = [yearOf(parts.year, today), Number(parts.month), Number(parts.day)]
  const two = (number: number) => String(number).padStart(2, '0')
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
  const born = year >= Number(today.slice(0, 4)) - OLDEST && date <= today
  return born && isDate(date) ? date : null
}

/** The orders in which three numbers may stand: the first that makes a date is the one. */
function orders(numbers: string[], usual: Part[]): Part[][] {
  if (numbers[0]!.length === 4) return [['year', 'month', 'day']]
  const ways: Part[][] = [
    ['day', 'month', 'year'],
    ['month', 'day', 'year'],
  ]
  // A language that puts the year first says nothing of dates that end with it.
  return usual[0] === 'month' ? ways.reverse() : ways
}

function ofNumbers(numbers: string[], usual: Part[], today: string): string | null {
  const [first, second] = numbers as [string, string]
  if (second.length > 2 || first.length === 3 || first.length > 4) return null
  for (const order of orders(numbers, usual)) {
    const parts = Object.fromEntries(order.map((part, at) => [part, numbers[at]!]))
    const date = dateOf(parts as Record<Part, string>, today)
    if (date) return date
  }
  return null
}

/**
 * The date of birth, `YYYY-MM-DD`, that `text` is in the words or the order of `locale`; `null`
 * where it is none, or one after `today`. Two digits of a year are the latest such year.
 */
export function readBirthDate(text: string, locale: string, today: string): string | null {
  const { order, months, others } = waysOf(locale)
  const inOne = /^\s*(\d\d)(\d\d)(\d\d)(\d\d)\s*$/.exec(text)?.slice(1)
  if (inOne) {
    const [a, b, c, d] = inOne as [string, string, string, string]
    return ofNumbers([a, b, c + d], order, today) ?? ofNumbers([a + b, c, d], order, today)
  }
  const tokens = plain(text).match(/\p{L}+|\d+/gu) ?? []
  const numbers = tokens.filter((one) => /\d/.test(one))
  const words = tokens.filter((one) => !/\d/.test(one) && !others.has(one))
  if (numbers.length === 3 && words.length === 0) return ofNumbers(numbers, order, today)
  if (numbers.length !== 2 || words.length !== 1) return null
  const [day, year] = numbers[0]!.length === 4 ? [...numbers].reverse() : numbers
  const month = monthOf(words[0]!, months)
  return dateOf({ day: day!, month: String(month), year: year! }, today)
}

export interface Sought {
  /** What stood before the date. */
  name: string
  /** `YYYY-MM-DD` */
  born: string
  /** For the server, which knows dates in this one form. */
  question: string
  /** It is numbers alone: perhaps those of a phone or a record. */
  numeric: boolean
}

/** The date of birth at the end of what was typed to find a patient, alone or after a name. */
export function readSought(text: string, locale: string, today: string): Sought | null {
  const words = text.trim().split(/\s+/)
  for (let at = 0; at < words.length; at += 1) {
    const name = words.slice(0, at).join(' ')
    if (/\d/.test(name)) return null
    const end = words.slice(at).join(' ')
    const born = readBirthDate(end, locale, today)
    if (!born) continue
    const numeric = name === '' && end !== born && /^[\d\s-]+$/.test(end)
    return { name, born, question: `${name} ${born}`.trim(), numeric }
  }
  return null
}
