import { describe, expect, it } from 'vitest'

import type { DoctorDay, Slot } from '../../src/api/types'
import {
  buildGrid,
  buildOverview,
  changedCells,
  freeCells,
  type GridQuestion,
  hourCount,
  nextFree,
  withKeptCells,
} from '../../src/lib/grid'

const zone = 'America/New_York'
const now = Date.parse('2026-10-20T00:00:00Z')

function slot(startsAt: string, rest: Partial<Slot> = {}): Slot {
  return { time: startsAt.slice(11, 16), startsAt, duration: 60, bookable: true, ...rest }
}
function day(doctorId: number, date: string, ...slots: Slot[]): DoctorDay {
  return { doctorId, date, slots }
}
function grid(days: DoctorDay[], rest: Partial<GridQuestion> = {}) {
  const doctorIds = [...new Set(days.map((one) => one.doctorId))]
  const dates = [...new Set(days.map((one) => one.date))].sort()
  return buildGrid({
    days,
    doctorIds,
    dates,
    zone,
    now,
    groupBy: 'day',
    showAll: false,
    ...rest,
  })
}
const kinds = (built: ReturnType<typeof grid>) =>
  built.cells.map((row) => row.map((cell) => cell.kind).join(' '))

describe('the grid', () => {
  const booked = { id: 5, patient: { id: 9, name: 'Maria Lopez' }, status: 'booked', version: 1 }
  const days = [
    day(1, '2026-11-30', slot('2026-11-30T09:00:00-05:00'), slot('2026-11-30T11:00:00-05:00')),
    day(
      2,
      '2026-11-30',
      slot('2026-11-30T09:00:00-05:00', { bookable: false, appointment: booked as never }),
      slot('2026-11-30T10:00:00-05:00', { bookable: false, appointment: null }),
    ),
  ]

  it('has the union of the hours as rows, and a kind in each cell', () => {
    const built = grid(days)
    expect(built.rows.map((row) => row.key)).toEqual(['09:00', '10:00', '11:00'])
    expect(kinds(built)).toEqual(['free booked', 'off busy', 'free off'])
    expect(built.cells[0]![1]!.appointment?.patient.name).toBe('Maria Lopez')
    expect(Object.fromEntries(built.free)).toEqual({ 1: 2, 2: 0 })
  })
  it('shows all hours when asked', () => {
    expect(grid(days, { showAll: true }).rows).toHaveLength(24)
  })
  it('tells a past slot from a free one', () => {
    const later = grid(days, { now: Date.parse('2026-11-30T09:30:00-05:00') })
    expect(kinds(later)).toEqual(['past booked', 'off busy', 'free off'])
  })
  it('groups by day or by doctor', () => {
    const two = [...days, day(1, '2026-12-01'), day(2, '2026-12-01')]
    const columns = (groupBy: 'day' | 'doctor') =>
      grid(two, { groupBy }).columns.map((column) => column.key)
    expect(columns('day')).toEqual(['1|2026-11-30', '2|2026-11-30', '1|2026-12-01', '2|2026-12-01'])
    expect(columns('doctor')).toEqual([
      '1|2026-11-30',
      '1|2026-12-01',
      '2|2026-11-30',
      '2|2026-12-01',
    ])
    expect(grid(two, { groupBy: 'doctor' }).groups.map((group) => group.span)).toEqual([2, 2])
  })
  it('counts the hours of all days together', () => {
    expect(hourCount(days)).toBe(3)
  })
  it('passes over free slots that can not be had, and tells that they are drawn anew', () => {
    const bar = ({ doctorId, time }: { doctorId: number; time: string }) =>
      doctorId === 1 && time === '09:00' ? ('draft' as const) : undefined
    const barred = grid(days, { bar })
    expect(kinds(barred)).toEqual(kinds(grid(days)))
    expect(freeCells(barred).map((cell) => cell.time)).toEqual(['11:00'])
    expect(withKeptCells(barred, grid(days)).cells[0]![0]!.barred).toBe('draft')
    expect(changedCells(grid(days), barred)).toEqual([])
  })
  it('walks free slots by time, then by column', () => {
    const walked = grid(days)
    const [nine, eleven] = freeCells(walked)
    expect([nine, eleven].map((cell) => cell?.time)).toEqual(['09:00', '11:00'])
    expect(nextFree(walked, nine!, 1)).toBe(eleven)
    expect(nextFree(walked, eleven!, 1)).toBe(nine)
    expect(nextFree(walked, nine!, -1)).toBe(eleven)
    expect(nextFree(walked, null, 1)).toBe(nine)
    // From one that is booked at nine: the first at that time or after, or what is before that.
    const booked = walked.cells.flat().find((cell) => cell.kind === 'booked')!
    expect([nextFree(walked, booked, 1), nextFree(walked, booked, -1)]).toEqual([nine, eleven])
    expect(nextFree(grid([day(1, '2026-12-01')]), null, 1)).toBeUndefined()
  })
  it('keeps rows that did not change', () => {
    const before = grid(days)
    const changed = structuredClone(days)
    changed[0]!.slots[1]!.bookable = false
    const after = withKeptCells(grid(changed), before)
    expect(after.cells[0]).toBe(before.cells[0])
    expect(after.cells[2]).not.toBe(before.cells[2])
    expect(changedCells(before, after).map((cell) => cell.time)).toEqual(['11:00'])
  })
})

describe('the nights of the clock changes', () => {
  const back = day(
    1,
    '2026-11-01',
    slot('2026-11-01T00:00:00-04:00'),
    slot('2026-11-01T01:00:00-04:00'),
    slot('2026-11-01T01:00:00-05:00', { bookable: false, appointment: null }),
    slot('2026-11-01T02:00:00-05:00'),
  )
  const usual = day(
    1,
    '2026-11-02',
    slot('2026-11-02T00:00:00-05:00'),
    slot('2026-11-02T01:00:00-05:00'),
    slot('2026-11-02T02:00:00-05:00'),
  )

  it('gives the repeated hour two rows, each with its own slot', () => {
    const built = grid([back])
    expect(built.rows.map((row) => row.key)).toEqual(['00:00', '01:00', '01:00#1', '02:00'])
    expect(kinds(built)).toEqual(['free', 'free', 'busy', 'free'])
    expect(new Set(built.cells.flat().map((cell) => cell.key)).size).toBe(4)
    expect(built.rows.map((row) => row.instant)).toEqual([
      null,
      Date.parse('2026-11-01T01:00:00-04:00'),
      Date.parse('2026-11-01T01:00:00-05:00'),
      null,
    ])
  })
  it('marks the second hour as missing on other days', () => {
    expect(kinds(grid([back, usual]))).toEqual([
      'free free',
      'free free',
      'busy missing',
      'free free',
    ])
  })
  it('knows both of the two hours where nobody works in either', () => {
    expect(kinds(grid([back, day(2, '2026-11-01')]))).toEqual([
      'free off',
      'free off',
      'busy off',
      'free off',
    ])
  })
  it('marks the skipped hour as missing, on that day only', () => {
    const forward = day(
      1,
      '2027-03-14',
      slot('2027-03-14T01:00:00-05:00'),
      slot('2027-03-14T03:00:00-04:00'),
    )
    const before = day(
      1,
      '2027-03-13',
      slot('2027-03-13T01:00:00-05:00'),
      slot('2027-03-13T02:00:00-05:00'),
      slot('2027-03-13T03:00:00-05:00'),
    )
    const built = grid([before, forward])
    expect(built.rows.map((row) => row.key)).toEqual(['01:00', '02:00', '03:00'])
    expect(kinds(built)).toEqual(['free free', 'free missing', 'free free'])
  })
})

describe('the overview', () => {
  it('counts what is free and names the first', () => {
    const built = buildOverview({
      days: [day(1, '2026-11-30', slot('2026-11-30T10:00:00-05:00'))],
      doctorIds: [1],
      dates: ['2026-11-30', '2026-12-01'],
      now,
    })
    expect(built.rows[0]).toMatchObject({
      free: 1,
      cells: [
        { free: 1, slots: 1, first: '10:00' },
        { free: 0, slots: 0, first: null },
      ],
    })
  })
})
