// Shifts of one date: read from what people type, shown, compared, and judged before the server
// does. All times are the hospital's wall clock, here in minutes since midnight.
import type { DayShifts, Hospital, Shift } from '../api/types'

export const MIDNIGHT = 24 * 60
/** As many days as the contract takes in one request. */
export const MOST_SHIFT_DAYS = 366

export interface Span {
  start: number
  /** `MIDNIGHT` is the end of the date. */
  end: number
}
export type ShiftProblem =
  | { kind: 'unreadable'; what: string }
  | { kind: 'notAfterStart' | 'overlap' | 'outside'; span: Span }

const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
const clockTime = (at: number) => {
  const [hour, minute] = [Math.floor(at / 60) % 24, at % 60]
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}
export const spanOf = ({ start, end }: Shift): Span => ({
  start: minutes(start),
  end: minutes(end) || MIDNIGHT,
})
export const shiftOf = ({ start, end }: Span): Shift => ({
  start: clockTime(start),
  end: clockTime(end),
})

// `9`, `9:30`, `09.30`, `0930`, `9am`, `1:30 p.m.`
const TIME = String.raw`(\d{1,2})(?:[:.]?(\d{2}))?\s*(?:([ap])\.?m\.?)?`
const RANGE = new RegExp(String.raw`${TIME}\s*(?:-|–|—|to|a)\s*${TIME}`, 'gi')

function readTime(hour: string, minute = '0', half?: string): number | null {
  const [h, m] = [Number(hour), Number(minute)]
  if (m > 59 || h > 24 || (half && (h < 1 || h > 12))) return null
  const of24 = half ? (h % 12) + (half.toLowerCase() === 'p' ? 12 : 0) : h
  const at = of24 * 60 + m
  return at > MIDNIGHT ? null : at
}

/**
 * `9-12, 13-17`, `9am-12pm 1-5pm` or `9-5` as shifts in the order of time. A time without its
 * half of the day is in the afternoon where it could not be meant otherwise: shifts never pass
 * midnight.
 */
export function readShifts(text: string): { spans: Span[]; problem: ShiftProblem | null } {
  const spans: Span[] = []
  let rest = text
  for (const [whole, h1, m1, half1, h2, m2, half2] of text.matchAll(RANGE)) {
    rest = rest.replace(whole, ' ')
    let start = readTime(h1!, m1, half1)
    let end = readTime(h2!, m2, half2)
    if (start === null || end === null || start === MIDNIGHT) {
      return { spans: [], problem: { kind: 'unreadable', what: whole } }
    }
    const noon = MIDNIGHT / 2
    const bare = (hour: string, half?: string) => !half && !hour.startsWith('0')
    const before = spans.at(-1)
    if (bare(h1!, half1)) {
      const early = start < 8 * 60
      const follows = before && early && start < before.start && before.end <= start + noon
      const byItsEnd = half2?.toLowerCase() === 'p' && start + noon < end
      if (byItsEnd || (!half2 && follows)) start += noon
    }
    if (end === 0) end = MIDNIGHT
    if (bare(h2!, half2) && end <= start && start < end + noon) end += noon
    spans.push({ start, end })
  }
  const left = rest.replace(/\b(and|y)\b|[\s,;&+]/gi, '')
  if (left) return { spans, problem: { kind: 'unreadable', what: rest.trim() } }
  spans.sort((a, b) => a.start - b.start)
  return { spans, problem: null }
}

/** What is wrong with shifts in the order of time, as far as can be known here. */
export function judgeShifts(
  spans: Span[],
  hospital: Pick<Hospital, 'opens' | 'closes'> | null,
): ShiftProblem | null {
  const open = hospital && openingHours(hospital)
  for (const [index, span] of spans.entries()) {
    if (span.end <= span.start) return { kind: 'notAfterStart', span }
    if (index > 0 && span.start < spans[index - 1]!.end) return { kind: 'overlap', span }
    if (open && (span.start < open.start || span.end > open.end)) return { kind: 'outside', span }
  }
  return null
}

export function openingHours({ opens, closes }: Pick<Hospital, 'opens' | 'closes'>): Span {
  return spanOf({ start: opens, end: closes })
}

/** `9`, `13:30`, or `9am`. */
export function shortTime(at: number, hour12: boolean): string {
  const minute = at % 60 ? `:${String(at % 60).padStart(2, '0')}` : ''
  const hour = Math.floor(at / 60)
  if (!hour12) return `${hour}${minute}`
  return `${hour % 12 || 12}${minute}${hour % 24 < 12 ? 'am' : 'pm'}`
}
/** As short as one would type it: `9–12, 13–17`; `readShifts` reads it back. */
export function showSpan({ start, end }: Span, hour12: boolean): string {
  return `${shortTime(start, hour12)}–${shortTime(end, hour12)}`
}
export function showShifts(shifts: Shift[], hour12: boolean): string {
  return shifts.map((shift) => showSpan(spanOf(shift), hour12)).join(', ')
}

export function sameShifts(a: Shift[], b: Shift[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ start, end }, index) => start === b[index]!.start && end === b[index]!.end)
  )
}

/** How many slots they offer: whole hours that begin on the hour. */
export function slotCount(spans: Span[]): number {
  return spans.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.floor(end / 60) - Math.ceil(start / 60)),
    0,
  )
}
/** Whether one of them holds the hour that begins at `start`. */
export function covers(spans: Span[], start: number): boolean {
  return spans.some((span) => span.start <= start && start + 60 <= span.end)
}

/** With `span` among them; what touches becomes one. */
export function joined(spans: Span[]): Span[] {
  const result: Span[] = []
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.end <= span.start) continue
    const before = result.at(-1)
    if (before && span.start <= before.end) before.end = Math.max(before.end, span.end)
    else result.push({ ...span })
  }
  return result
}

/** The shifts of a date among the days that have any. */
export function shiftsOn(days: DayShifts[], date: string): Shift[] {
  return days.find((day) => day.date === date)?.shifts ?? []
}
