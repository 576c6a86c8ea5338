// Laying a week over dates: what it would change, before anything is saved.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, ref } from 'vue'

import type { DayShifts, Shift } from '../src/api'
import { useLaying } from '../src/composables/useLaying'

const saved = vi.hoisted(() => ({ days: [] as DayShifts[] }))
vi.mock('../src/composables/useAsk', () => ({
  useAsk: () => ({ data: computed(() => saved.days) }),
}))

const shift: Shift = { start: '09:00', end: '12:00' }
const afternoon: Shift = { start: '13:00', end: '18:00' }
/** Only its Monday has a shift. */
const week: Shift[][] = [[shift], [], [], [], [], [], []]
const laid = (first: string, today: string) =>
  useLaying(ref(1), ref(week), first, ref(today), ref(undefined))

beforeEach(() => {
  saved.days = [
    { date: '2027-02-01', shifts: [afternoon] },
    { date: '2027-02-02', shifts: [afternoon] },
  ]
})
afterEach(() => vi.clearAllMocks())

describe('a week laid over dates', () => {
  it('begins with the week on the page, never before today', () => {
    const ahead = laid('2027-02-01', '2026-11-29')
    expect([ahead.from.value, ahead.to.value]).toEqual(['2027-02-01', '2027-02-28'])
    const past = laid('2026-11-23', '2026-11-29')
    expect([past.from.value, past.to.value]).toEqual(['2026-11-29', '2026-12-26'])
  })
  it('clears no day unless that is asked for', () => {
    const { changes, clears, onlyEmpty } = laid('2027-02-01', '2026-11-29')
    const dates = () => changes.value.map(({ date }) => date)
    const mondays = ['2027-02-01', '2027-02-08', '2027-02-15', '2027-02-22']
    expect(dates()).toEqual(mondays)
    clears.value = true
    expect(dates()).toEqual([mondays[0], '2027-02-02', ...mondays.slice(1)])
    onlyEmpty.value = true
    expect(dates()).toEqual(mondays.slice(1))
  })
})
