// The schedule as rows, columns and cells. Pure: what is shown depends on the arguments alone.
import type { DoctorDay, Slot, SlotAppointment } from '../api/types'
import { clockChanges, wallInstants } from './time'

export type CellKind = 'free' | 'past' | 'booked' | 'busy' | 'off' | 'missing'
/** Why a free slot can't be had: by a doctor a colleague's, on a move what a draft leaves out. */
export type Barred = 'colleague' | 'draft'
export type Bar = (place: Pick<Cell, 'doctorId' | 'date' | 'time'>) => Barred | undefined

export interface Cell {
  /** `doctorId|instant` where a slot stands, so that a repeated hour has two keys. */
  key: string
  kind: CellKind
  /** Of a free one. */
  barred?: Barred
  doctorId: number
  date: string
  time: string
  /** 1 for the second of two equal hours on the night the clocks go back. */
  fold: 0 | 1
  startsAt: string | null
  appointment: SlotAppointment | null
}
export interface Column {
  key: string
  doctorId: number
  date: string
  free: number
  /** No slot on that date at all. */
  empty: boolean
}
export interface Row {
  /** `01:00` or, for the repeated hour, `01:00#1`. */
  key: string
  time: string
  fold: 0 | 1
  /** An instant of this row where the hour stands twice: its zone's name tells them apart. */
  instant: number | null
}
export interface Group {
  key: string
  doctorId: number | null
  date: string | null
  span: number
}
export interface Grid {
  rows: Row[]
  columns: Column[]
  groups: Group[]
  cells: Cell[][]
  /** Free slots of each doctor in the whole range. */
  free: Map<number, number>
}
export type GroupBy = 'day' | 'doctor'
export interface GridQuestion {
  days: DoctorDay[]
  doctorIds: number[]
  dates: string[]
  zone: string
  now: number
  groupBy: GroupBy
  showAll: boolean
  bar?: Bar
}

const HOURS = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`)

export const columnKey = (doctorId: number, date: string) => `${doctorId}|${date}`
export const slotKey = (doctorId: number, startsAt: string) => `${doctorId}|${Date.parse(startsAt)}`
const rowKey = (time: string, fold: number) => (fold ? `${time}#${fold}` : time)

export function slotKind(slot: Slot, now: number): CellKind {
  if (slot.appointment) return 'booked'
  if (slot.appointment === null) return 'busy'
  if (Date.parse(slot.startsAt) <= now) return 'past'
  return slot.bookable ? 'free' : 'busy'
}

interface PlacedSlot extends Slot {
  fold: 0 | 1
}

/** The slots of one day by row: of two with the same time, the later one is fold 1. */
function placed(day: DoctorDay, zone: string, changes: boolean): Map<string, PlacedSlot> {
  const byRow = new Map<string, PlacedSlot>()
  for (const slot of day.slots) {
    const first = changes ? wallInstants(zone, day.date, slot.time)[0] : undefined
    const fold = first !== undefined && Date.parse(slot.startsAt) > first ? 1 : 0
    byRow.set(rowKey(slot.time, fold), { ...slot, fold })
  }
  return byRow
}

export function buildGrid(question: GridQuestion): Grid {
  const { days, doctorIds, dates, zone, now, groupBy, showAll, bar } = question
  const bySlots = new Map<string, Map<string, PlacedSlot>>()
  const rows = new Map<string, Row>()
  const free = new Map<number, number>()
  // Asked once for each date: a zone's clock is slow to read, and there are thousands of cells.
  const changing = new Set(dates.filter((date) => clockChanges(zone, date)))

  const addRow = (time: string, fold: 0 | 1, instant: number | null) => {
    const known = rows.get(rowKey(time, fold))
    if (!known) rows.set(rowKey(time, fold), { key: rowKey(time, fold), time, fold, instant })
    else known.instant ??= instant
  }
  for (const day of days) {
    const byRow = placed(day, zone, changing.has(day.date))
    bySlots.set(columnKey(day.doctorId, day.date), byRow)
    for (const slot of byRow.values()) addRow(slot.time, slot.fold, null)
  }
  if (showAll) for (const time of HOURS) addRow(time, 0, null)
  nameRepeatedHours()

  const ordered = [...rows.values()].sort((a, b) => a.time.localeCompare(b.time) || a.fold - b.fold)
  const columns = (
    groupBy === 'day'
      ? dates.flatMap((date) => doctorIds.map((doctorId) => ({ doctorId, date })))
      : doctorIds.flatMap((doctorId) => dates.map((date) => ({ doctorId, date })))
  ).map(column)
  const cells = ordered.map((row) => columns.map((place) => cell(row, place)))
  return { rows: ordered, columns, groups: groups(), cells, free }

  function nameRepeatedHours() {
    for (const date of changing) {
      for (const { time } of [...rows.values()]) {
        const [first, second] = wallInstants(zone, date, time)
        if (first === undefined || second === undefined) continue
        addRow(time, 0, first)
        addRow(time, 1, second)
      }
    }
  }

  function column(place: { doctorId: number; date: string }): Column {
    const slots = bySlots.get(columnKey(place.doctorId, place.date))
    let count = 0
    for (const slot of slots?.values() ?? []) if (slotKind(slot, now) === 'free') count += 1
    free.set(place.doctorId, (free.get(place.doctorId) ?? 0) + count)
    return {
      ...place,
      key: columnKey(place.doctorId, place.date),
      free: count,
      empty: !slots || slots.size === 0,
    }
  }

  function cell(row: Row, { doctorId, date, key }: Column): Cell {
    const slot = bySlots.get(key)?.get(row.key)
    const place = { doctorId, date, time: row.time, fold: row.fold }
    if (slot) {
      const kind = slotKind(slot, now)
      return {
        ...place,
        key: slotKey(doctorId, slot.startsAt),
        kind,
        barred: kind === 'free' ? bar?.(place) : undefined,
        startsAt: slot.startsAt,
        appointment: slot.appointment ?? null,
      }
    }
    const exists = changing.has(date)
      ? wallInstants(zone, date, row.time).length > row.fold
      : row.fold === 0
    return {
      ...place,
      key: `${key}|${row.key}`,
      kind: exists ? 'off' : 'missing',
      startsAt: null,
      appointment: null,
    }
  }

  function groups(): Group[] {
    const [outer, inner] = groupBy === 'day' ? [dates, doctorIds] : [doctorIds, dates]
    return outer.map((one) => ({
      key: String(one),
      date: groupBy === 'day' ? (one as string) : null,
      doctorId: groupBy === 'day' ? null : (one as number),
      span: inner.length,
    }))
  }
}

/** The rows that these days need. */
export function hourCount(days: DoctorDay[]): number {
  return new Set(days.flatMap(({ slots }) => slots.map(({ time }) => time))).size
}

/** Keep what did not change, so that only changed rows are drawn again. */
export function withKeptCells(next: Grid, before: Grid | null): Grid {
  if (!before) return next
  const old = new Map(before.rows.map((row, index) => [row.key, before.cells[index]!]))
  const cells = next.cells.map((row, index) => {
    const kept = old.get(next.rows[index]!.key)
    if (!kept || kept.length !== row.length) return row
    const merged = row.map((cell, column) => (same(cell, kept[column]!) ? kept[column]! : cell))
    return merged.every((cell, column) => cell === kept[column]) ? kept : merged
  })
  return { ...next, cells }
}

function same(a: Cell, b: Cell): boolean {
  return (
    a.key === b.key &&
    a.kind === b.kind &&
    a.barred === b.barred &&
    a.fold === b.fold &&
    a.appointment?.id === b.appointment?.id &&
    a.appointment?.version === b.appointment?.version &&
    a.appointment?.status === b.appointment?.status &&
    a.appointment?.patient.name === b.appointment?.patient.name
  )
}

/** What somebody changed between two answers: the cells that say something else now. */
export function changedCells(before: Grid, after: Grid): Cell[] {
  const told = (cell: Cell) => `${cell.kind}|${cell.appointment?.id}|${cell.appointment?.status}`
  const old = new Map(before.cells.flat().map((cell) => [cell.key, cell]))
  return after.cells.flat().filter((cell) => {
    const known = old.get(cell.key)
    // A free slot whose hour has come is no news.
    return known && told(known) !== told(cell) && !(known.kind === 'free' && cell.kind === 'past')
  })
}

export interface OverviewCell {
  key: string
  doctorId: number
  date: string
  free: number
  slots: number
  /** The first free slot's time. */
  first: string | null
}
export interface Overview {
  dates: string[]
  rows: { doctorId: number; free: number; cells: OverviewCell[] }[]
}

/** Doctors down, days across. */
export function buildOverview(
  question: Pick<GridQuestion, 'days' | 'doctorIds' | 'dates' | 'now'>,
): Overview {
  const { days, doctorIds, dates, now } = question
  const byKey = new Map(days.map((day) => [columnKey(day.doctorId, day.date), day]))
  const rows = doctorIds.map((doctorId) => {
    const cells = dates.map((date) => {
      const key = columnKey(doctorId, date)
      const slots = byKey.get(key)?.slots ?? []
      const open = slots.filter((slot) => slotKind(slot, now) === 'free')
      const first = open[0]?.time ?? null
      return { key, doctorId, date, free: open.length, slots: slots.length, first }
    })
    return { doctorId, free: cells.reduce((sum, cell) => sum + cell.free, 0), cells }
  })
  return { dates, rows }
}

/** Free cells to be had, in the order of time, then of columns: what `n` walks along. */
export function freeCells(grid: Grid | null): Cell[] {
  if (!grid) return []
  const columnOf = new Map(grid.columns.map((column, index) => [column.key, index]))
  const place = (cell: Cell) => columnOf.get(columnKey(cell.doctorId, cell.date)) ?? 0
  return grid.cells
    .flat()
    .filter((cell) => cell.kind === 'free' && !cell.barred)
    .sort((a, b) => Date.parse(a.startsAt!) - Date.parse(b.startsAt!) || place(a) - place(b))
}

/** The free cell after or before `from`, round the ends; where it is not free, the next in time. */
export function nextFree(grid: Grid, from: Cell | null, by: 1 | -1): Cell | undefined {
  const free = freeCells(grid)
  const at = free.findIndex(({ key }) => key === from?.key)
  let next = at + by
  if (at < 0) {
    const since = from?.startsAt ? Date.parse(from.startsAt) : 0
    const later = free.findIndex(({ startsAt }) => Date.parse(startsAt!) >= since)
    next = by === 1 ? Math.max(later, 0) : (later < 0 ? free.length : later) - 1
  }
  return free[(next + free.length) % free.length]
}

/** Whether a slot is the second of two equal hours, as far as the grid knows. */
export function foldOf(grid: Grid | null, key: string): 0 | 1 {
  return grid?.cells.flat().find((cell) => cell.key === key)?.fold ?? 0
}
