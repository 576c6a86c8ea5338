// What people type as shifts, and what is made of it.
import { describe, expect, it } from 'vitest'

import {
  joined,
  judgeShifts,
  readShifts,
  showShifts,
  shiftOf,
  slotCount,
} from '../../src/lib/shifts'

const read = (text: string) => {
  const { spans, problem } = readShifts(text)
  return problem ? problem.kind : showShifts(spans.map(shiftOf), false)
}

describe('typed shifts', () => {
  it.each([
    ['9-12, 13-17', '9–12, 13–17'],
    ['9–12 13–17', '9–12, 13–17'],
    ['09:00 - 12:30; 13.30 to 17', '9–12:30, 13:30–17'],
    ['13-17, 9-12', '9–12, 13–17'],
    ['0900-1200, 1330-1700', '9–12, 13:30–17'],
    ['900-1200', '9–12'],
    ['9.30-12', '9:30–12'],
    ['9am-12pm, 1pm-5pm', '9–12, 13–17'],
    ['1-5pm', '13–17'],
    ['9-5pm', '9–17'],
    ['9-5', '9–17'],
    ['9-12, 1-5', '9–12, 13–17'],
    ['0-24', '0–24'],
    ['18-0', '18–24'],
    ['12am-12am', '0–24'],
    ['', ''],
    ['nine to five', 'unreadable'],
    ['9-12, lunch', 'unreadable'],
    ['9-25', 'unreadable'],
    ['9:75-12', 'unreadable'],
    ['0975-1200', 'unreadable'],
    ['12345-1200', 'unreadable'],
  ])('%s is %s', (text, meant) => expect(read(text)).toBe(meant))

  it('are read back as they are shown, by either clock', () => {
    const { spans } = readShifts('0-6, 12-13:30, 18-24')
    for (const hour12 of [false, true]) {
      expect(readShifts(showShifts(spans.map(shiftOf), hour12)).spans).toEqual(spans)
    }
  })
  it('become what the contract says: midnight at the end is 00:00', () => {
    expect(readShifts('18-24').spans.map(shiftOf)).toEqual([{ start: '18:00', end: '00:00' }])
  })
})

describe('shifts', () => {
  const office = { opens: '08:00', closes: '18:00' }
  const always = { opens: '00:00', closes: '00:00' }
  const judge = (text: string, hospital = always) =>
    judgeShifts(readShifts(text).spans, hospital)?.kind ?? null

  it('never overlap, never pass midnight, and lie within the opening hours', () => {
    expect(judge('9-12, 12-17')).toBeNull()
    expect(judge('9-12, 11-17')).toBe('overlap')
    expect(judge('22-6')).toBe('notAfterStart')
    expect(judge('8-18', office)).toBeNull()
    expect(judge('7-12', office)).toBe('outside')
    expect(judge('12-19', office)).toBe('outside')
    expect(judge('0-24')).toBeNull()
  })
  it('offer the whole hours in them', () => {
    expect(slotCount(readShifts('9-12, 13-17').spans)).toBe(7)
    expect(slotCount(readShifts('9:30-12').spans)).toBe(2)
    expect(slotCount(readShifts('9:10-9:50').spans)).toBe(0)
  })
  it('become one where they touch, and none where nothing is left', () => {
    const spans = [
      { start: 600, end: 720 },
      { start: 540, end: 600 },
      { start: 800, end: 800 },
    ]
    expect(joined(spans)).toEqual([{ start: 540, end: 720 }])
  })
})
