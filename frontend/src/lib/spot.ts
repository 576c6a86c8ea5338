// A place on the board that the keyboard is at, whether or not a cell stands there: a day without
// shifts has none, and yet the next page key goes on from its doctor and hour.
import type { DateRange } from '../api/types'
import type { Cell, Grid, Overview } from './grid'
import { addDays, daysBetween } from './time'

export type Spot = Pick<Cell, 'doctorId' | 'date' | 'time' | 'fold'>

/** On other dates: the day that stands as far into them, as Tuesday is followed by Tuesday. */
export function carried(spot: Spot, before: DateRange, after: DateRange): Spot {
  if (spot.date >= after.from && spot.date <= after.to) return spot
  const last = daysBetween(after.from, after.to)
  const into = Math.min(Math.max(daysBetween(before.from, spot.date), 0), last)
  return { ...spot, date: addDays(after.from, into) }
}

const minutes = (time: string) => +time.slice(0, 2) * 60 + +time.slice(3, 5)

/** Of the first that passes the earliest test; the first of all when none does. */
function best<T>(all: readonly T[], ...tests: ((one: T) => boolean)[]): number {
  for (const test of tests) {
    const found = all.findIndex(test)
    if (found >= 0) return found
  }
  return 0
}

/** The row and column of a spot, or of the cell that is nearest to it. */
export function placeOf(grid: Grid, spot: Spot): [row: number, column: number] {
  const { doctorId, date, time, fold } = spot
  const away = (row: { time: string }) => Math.abs(minutes(row.time) - minutes(time))
  const least = Math.min(...grid.rows.map(away))
  return [
    best(
      grid.rows,
      (row) => row.time === time && row.fold === fold,
      (row) => away(row) === least,
    ),
    best(
      grid.columns,
      (column) => column.doctorId === doctorId && column.date === date,
      (column) => column.date === date,
      (column) => column.doctorId === doctorId,
    ),
  ]
}

/** The same in an overview, whose columns are days. */
export function overviewPlaceOf(overview: Overview, spot: Spot): [row: number, column: number] {
  return [
    best(overview.rows, ({ doctorId }) => doctorId === spot.doctorId),
    best(overview.dates, (date) => date === spot.date),
  ]
}
