import { describe, expect, it } from 'vitest'

import type { DoctorDay } from '../../src/api/types'
import { buildGrid, buildOverview } from '../../src/lib/grid'
import { carried, overviewPlaceOf, placeOf } from '../../src/lib/spot'

const spot = { doctorId: 2, date: '2026-12-04', time: '14:00', fold: 0 as const }
const dates = ['2026-12-04', '2026-12-05']

function day(doctorId: number, date: string, ...hours: number[]): DoctorDay {
  const time = (hour: number) => `${String(hour).padStart(2, '0')}:00`
  return {
    doctorId,
    date,
    slots: hours.map((hour) => ({
      time: time(hour),
      startsAt: `${date}T${time(hour)}:00-05:00`,
      duration: 60,
      bookable: true,
    })),
  }
}
const question = {
  days: [day(1, dates[0]!, 8, 9, 15), day(2, dates[0]!, 8), day(1, dates[1]!), day(2, dates[1]!)],
  doctorIds: [1, 2],
  dates,
  zone: 'America/New_York',
  now: 0,
  groupBy: 'day' as const,
  showAll: false,
}
const grid = buildGrid(question)
const shown = (wanted: typeof spot) => {
  const [row, column] = placeOf(grid, wanted)
  return `${grid.rows[row]!.key} ${grid.columns[column]!.key}`
}

describe('the spot of the keyboard', () => {
  it('stays where it is as long as its day is shown', () => {
    const week = { from: '2026-12-01', to: '2026-12-07' }
    expect(carried(spot, { from: spot.date, to: spot.date }, week)).toBe(spot)
  })
  it('goes on to the day that stands as far into the dates', () => {
    const week = { from: '2026-12-01', to: '2026-12-07' }
    const next = { from: '2026-12-08', to: '2026-12-14' }
    expect(carried(spot, week, next)).toEqual({ ...spot, date: '2026-12-11' })
    expect(carried(spot, week, { from: '2026-12-20', to: '2026-12-20' }).date).toBe('2026-12-20')
    expect(carried({ ...spot, date: '2026-11-01' }, week, next).date).toBe('2026-12-08')
  })
  it('is the cell of its doctor, day and hour', () => {
    expect(shown({ ...spot, time: '09:00' })).toBe('09:00 2|2026-12-04')
    expect(shown({ ...spot, time: '08:00', date: dates[1]! })).toBe('08:00 2|2026-12-05')
  })
  it('is the nearest hour where its own is not shown', () => {
    expect(shown(spot)).toBe('15:00 2|2026-12-04')
    expect(shown({ ...spot, time: '10:00' })).toBe('09:00 2|2026-12-04')
    expect(shown({ ...spot, time: '00:00' })).toBe('08:00 2|2026-12-04')
  })
  it('keeps its day when its doctor has left the board, then its doctor', () => {
    expect(shown({ ...spot, doctorId: 7, date: dates[1]! })).toBe('15:00 1|2026-12-05')
    expect(shown({ ...spot, date: '2027-01-01' })).toBe('15:00 2|2026-12-04')
  })
  it('has a place in an overview as well', () => {
    const overview = buildOverview(question)
    expect(overviewPlaceOf(overview, { ...spot, date: dates[1]! })).toEqual([1, 1])
    expect(overviewPlaceOf(overview, { ...spot, doctorId: 9 })).toEqual([0, 0])
  })
})
