// What stands on which page.
import { describe, expect, it } from 'vitest'

import type { DoctorDay } from '../../src/api/types'
import { buildGrid, buildOverview } from '../../src/lib/grid'
import { boardSheets, daySheets, initials, overviewSheets } from '../../src/lib/print'

const slot = (date: string, time: string) => ({
  ...{ time, startsAt: `${date}T${time}:00Z`, duration: 60, bookable: true },
})
const dates = ['2026-12-01', '2026-12-02']
const doctorIds = [1, 2, 3, 4]
/** The last doctor has no shifts. */
const days: DoctorDay[] = dates.flatMap((date) =>
  doctorIds.map((doctorId) => ({
    ...{ doctorId, date },
    slots: doctorId === 4 ? [] : [slot(date, '09:00'), slot(date, `1${doctorId}:00`)],
  })),
)
const question = { days, doctorIds, dates, now: 0 }
const grid = buildGrid({ ...question, zone: 'UTC', groupBy: 'day', showAll: true })

describe('day sheets', () => {
  it('are one for each doctor who works that day, with their slots only', () => {
    const sheets = daySheets(grid, '2026-12-01')
    expect(sheets.map(({ column }) => column.doctorId)).toEqual([1, 2, 3])
    expect(sheets[1]!.cells.map(({ row }) => row.time)).toEqual(['09:00', '12:00'])
  })
  it('are one for each day where no date is chosen', () => {
    expect(daySheets(grid, null)).toHaveLength(6)
  })
})

describe('the board', () => {
  it('is cut between columns, and nothing is lost', () => {
    const sheets = boardSheets(grid)
    expect(sheets.flatMap(({ columns }) => columns)).toEqual(grid.columns)
    expect(sheets.map(({ columns }) => columns.length)).toEqual([6, 2])
    expect(sheets[1]!.rows[9]!.cells).toEqual(grid.cells[9]!.slice(6))
  })
  it('is cut between dates and between doctors as an overview', () => {
    const many = Array.from({ length: 16 }, (_, index) => index + 1)
    const sheets = overviewSheets(buildOverview({ ...question, doctorIds: many }))
    expect(sheets.map(({ rows }) => rows.length)).toEqual([15, 1])
  })
})

it('initials tell no name', () => {
  expect(initials('Maria Lopez')).toBe('M. L.')
  expect(initials(' Anne-Marie  de Vries ')).toBe('A. M. d. V.')
  expect(initials('𝒜da')).toBe('𝒜.')
})
