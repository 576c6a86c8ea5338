// The pages of a print: what stands on each, so that "page n of m" holds in every browser.
import type { Cell, Column, Grid, Overview } from './grid'

/** One doctor's day. */
export interface DaySheet {
  column: Column
  cells: { row: Grid['rows'][number]; cell: Cell }[]
}
/** A part of the board that fits a page. */
export interface BoardSheet {
  columns: Column[]
  rows: { row: Grid['rows'][number]; cells: Cell[] }[]
}
const COLUMNS = 6
const DATES = 10
const DOCTORS = 15

function chunks<T>(items: T[], size: number): T[][] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size))
}

/** A page for each doctor with slots on `date`; without a date, on each date. */
export function daySheets(grid: Grid, date: string | null): DaySheet[] {
  return grid.columns.flatMap((column, at) => {
    if (column.empty || (date && column.date !== date)) return []
    const cells = grid.rows.flatMap((row, line) => {
      const cell = grid.cells[line]![at]!
      return cell.startsAt ? [{ row, cell }] : []
    })
    return [{ column, cells }]
  })
}

export function boardSheets(grid: Grid): BoardSheet[] {
  const places = grid.columns.map((column, at) => ({ column, at }))
  return chunks(places, COLUMNS).map((part) => ({
    columns: part.map(({ column }) => column),
    rows: grid.rows.map((row, line) => ({
      row,
      cells: part.map(({ at }) => grid.cells[line]![at]!),
    })),
  }))
}

export function overviewSheets({ dates, rows }: Overview): Overview[] {
  return chunks(rows, DOCTORS).flatMap((some) =>
    chunks(dates, DATES).map((these) => ({
      dates: these,
      rows: some.map((row) => ({
        ...row,
        cells: row.cells.filter(({ date }) => these.includes(date)),
      })),
    })),
  )
}

/** `Maria del Carmen` → `M. d. C.` */
export function initials(name: string): string {
  return name
    .split(/[\s-]+/)
    .filter(Boolean)
    .map((word) => `${[...word][0]}.`)
    .join(' ')
}
