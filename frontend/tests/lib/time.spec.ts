import { describe, expect, it } from 'vitest'

import * as time from '../../src/lib/time'

const NEW_YORK = 'America/New_York'

describe('wall time and instants', () => {
  it('finds the one instant of an ordinary hour', () => {
    expect(time.wallInstants(NEW_YORK, '2026-11-30', '09:00')).toEqual([
      Date.parse('2026-11-30T09:00:00-05:00'),
    ])
  })
  it('finds two on the night the clocks go back', () => {
    expect(time.wallInstants(NEW_YORK, '2026-11-01', '01:00')).toEqual([
      Date.parse('2026-11-01T01:00:00-04:00'),
      Date.parse('2026-11-01T01:00:00-05:00'),
    ])
  })
  it('finds none in the hour that is skipped', () => {
    expect(time.wallInstants(NEW_YORK, '2027-03-14', '02:00')).toEqual([])
  })
  it.each([
    ['2026-11-01', true],
    ['2027-03-14', true],
    ['2026-11-02', false],
    ['2026-07-01', false],
  ])('says whether the clocks change on %s', (date, changes) => {
    expect(time.wallInstants(NEW_YORK, date, '12:00')).toHaveLength(1)
    if (changes) expect(time.clockChanges(NEW_YORK, date)).toBe(true)
  })
  it("takes today from the hospital's clock", () => {
    const now = Date.parse('2026-11-25T22:30:00Z')
    expect(time.today('Asia/Tokyo', now)).toBe('2026-11-26')
    expect(time.today(NEW_YORK, now)).toBe('2026-11-25')
  })
  it('names the two repeated hours apart', () => {
    const [first, second] = time.wallInstants(NEW_YORK, '2026-11-01', '01:00')
    expect(time.zoneName(NEW_YORK, first!, 'en')).toBe('EDT')
    expect(time.zoneName(NEW_YORK, second!, 'en')).toBe('EST')
  })
})

describe('plain dates', () => {
  it('add up over a clock change', () => {
    expect(time.addDays('2026-10-31', 2)).toBe('2026-11-02')
    expect(time.dateRange('2026-02-27', '2026-03-01')).toEqual([
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
    ])
  })
  it.each(['2026-02-30', '2026-1-1', '', undefined, 'today'])('refuse %s', (text) => {
    expect(time.isDate(text)).toBe(false)
  })
  it('follow the place where the words are not at home', () => {
    const known = time.localeFor('en', ['de-DE', 'de', 'en-US', 'en'])
    expect(time.showDate('2026-11-30', 'medium', known, Date.parse('2026-11-01'))).toMatch(
      /^Mon,? 30 Nov$/,
    )
    expect(known).toBe('en-DE')
    expect(time.localeFor('en', ['pt-BR', 'en-US'])).toBe('en-001')
    expect(time.localeFor('en', ['en-US', 'de-DE'])).toBe('en-US')
    expect(time.localeFor('en', ['en-GB'])).toBe('en-GB')
    expect(time.localeFor('es', ['en-US', 'es-MX'])).toBe('es-US')
    expect(time.localeFor('en', [])).toBe('en')
    expect([time.usesHour12('de-DE'), time.usesHour12('en-US')]).toEqual([false, true])
  })
  it('are shown in the words of the locale', () => {
    expect(time.showDate('2026-12-03', 'day', 'en-GB', Date.parse('2026-11-01'))).toBe(
      'Thursday 3 December',
    )
  })
  it('say their year when they are far away', () => {
    const now = Date.parse('2026-11-29')
    const shown = (date: string, style: time.DateStyle) => time.showDate(date, style, 'en-GB', now)
    expect(shown('2024-11-29', 'medium')).toMatch(/^Fri,? 29 Nov 2024$/)
    expect(shown('2027-11-28', 'day')).toMatch(/^Sunday,? 28 November 2027$/)
    expect(shown('2027-01-03', 'medium')).toMatch(/^Sun,? 3 Jan$/)
    expect(shown('2024-11-29', 'weekday')).toBe('Fri')
  })
  it('say the zone of an hour that comes twice', () => {
    const clock = { locale: 'en-GB', hour12: false }
    const hour = (wall: string, at: string) =>
      time.showHour(wall, Date.parse(at), 'America/New_York', clock)
    expect(hour('01:00', '2026-11-01T01:00-04:00')).toBe('01:00 EDT')
    expect(hour('01:00', '2026-11-01T01:00-05:00')).toBe('01:00 EST')
    expect(hour('02:00', '2026-11-01T02:00-05:00')).toBe('02:00')
    expect(hour('01:00', '2026-11-02T01:00-05:00')).toBe('01:00')
  })
  it('show times in 12 or 24 hours', () => {
    expect(time.showTime('13:00', { locale: 'en-US', hour12: false })).toBe('13:00')
    expect(time.showTime('13:00', { locale: 'en-US', hour12: true })).toMatch(/^1\sPM$/)
    expect(time.showTime('00:30', { locale: 'en-US', hour12: true })).toMatch(/^12:30\sAM$/)
  })
  it('give an age', () => {
    expect(time.age('1980-03-01', '2026-02-28')).toBe(45)
    expect(time.age('1980-03-01', '2026-03-01')).toBe(46)
  })
})
