// What the board shows, as the address bar holds it.
import type { ApiName } from '../api/types'
import { addDays, daysBetween, isDate } from './time'

export type ViewMode = 'day' | 'week' | 'overview'
export interface View {
  hospital: number | null
  doctors: number[]
  specialty: string | null
  from: string | null
  to: string | null
  mode: ViewMode
  api: ApiName
}
export type Query = Record<string, unknown>

export const MOST_DOCTORS = 100
export const MOST_DAYS = 42
export const MOST_DOCTOR_DAYS = 2100
/** More cells than this are slow to draw: the overview stands in. */
const MOST_CELLS = 2000
const USUAL_HOURS = 9
/** Whether a board is too large to be drawn; `hours` as far as they are known. */
export function isTooMany(columns: number, hours: number | null): boolean {
  return columns * (hours ?? USUAL_HOURS) > MOST_CELLS
}
const MODES: ViewMode[] = ['day', 'week', 'overview']
/** How many days a view shows at first, and at most. */
export const SPANS: Record<ViewMode, { usual: number; most: number }> = {
  day: { usual: 1, most: 1 },
  week: { usual: 7, most: 14 },
  overview: { usual: 28, most: MOST_DAYS },
}

const one = (value: unknown) => (Array.isArray(value) ? value[0] : value)
const id = (value: unknown) => {
  const number = Number(value)
  return Number.isSafeInteger(number) && number > 0 ? number : null
}

export function parseView(query: Query): View {
  const from = one(query.from)
  const to = one(query.to)
  const doctors = String(one(query.doctor) ?? '')
    .split(',')
    .map(id)
    .filter((number) => number !== null)
  const mode = one(query.view) as ViewMode
  return {
    hospital: id(one(query.hospital)),
    doctors: [...new Set(doctors)].slice(0, MOST_DOCTORS),
    specialty: (one(query.specialty) as string | undefined) || null,
    from: isDate(from) ? from : null,
    to: isDate(to) ? to : null,
    mode: MODES.includes(mode) ? mode : 'day',
    api: one(query.api) === 'graphql' ? 'graphql' : 'rest',
  }
}

/** The query of an address; what is at its default is left out. */
export function viewQuery(view: View): Record<string, string> {
  const query: Record<string, string> = {}
  if (view.hospital) query.hospital = String(view.hospital)
  if (view.doctors.length) query.doctor = view.doctors.join(',')
  if (view.specialty) query.specialty = view.specialty
  if (view.from) query.from = view.from
  if (view.to && view.mode !== 'day') query.to = view.to
  if (view.mode !== 'day') query.view = view.mode
  if (view.api !== 'rest') query.api = view.api
  return query
}

/** The dates that are really shown: `from` is today when unsaid, `to` fits the mode. */
export function shownRange(view: View, today: string): { from: string; to: string } {
  const from = view.from ?? today
  const { usual, most } = SPANS[view.mode]
  const asked = view.to && view.to >= from ? daysBetween(from, view.to) + 1 : usual
  const days = view.mode === 'day' ? 1 : Math.min(asked, most)
  return { from, to: addDays(from, days - 1) }
}

/** The same view a span earlier or later. */
export function shifted(view: View, today: string, by: -1 | 1): Partial<View> {
  const { from, to } = shownRange(view, today)
  const days = daysBetween(from, to) + 1
  return { from: addDays(from, by * days), to: addDays(to, by * days) }
}

export function nextMode(mode: ViewMode): ViewMode {
  return MODES[(MODES.indexOf(mode) + 1) % MODES.length]!
}
