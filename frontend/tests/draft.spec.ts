import { describe, expect, it } from 'vitest'

import { type Draft, leavingOut } from '../src/composables/useShiftDraft'

describe('a draft of shifts', () => {
  const draft: Draft = {
    hospitalId: 1,
    doctorId: 2,
    days: new Map([
      ['2026-12-03', { text: '', base: [] }],
      ['2026-12-04', { text: '9-12', base: [] }],
    ]),
    inTheWay: [],
    settled: new Map(),
  }
  const leavesOut = leavingOut(draft)
  const slot = (date: string, time: string, doctorId = 2) => leavesOut({ doctorId, date, time })

  it('leaves out what its shifts do not hold, on its own dates and of its own doctor', () => {
    expect(slot('2026-12-03', '10:00')).toBe(true)
    expect(slot('2026-12-04', '10:00')).toBe(false)
    expect(slot('2026-12-04', '12:00')).toBe(true)
    expect(slot('2026-12-05', '10:00')).toBe(false)
    expect(slot('2026-12-03', '10:00', 3)).toBe(false)
  })
})
