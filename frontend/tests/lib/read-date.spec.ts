// Dates of birth as people type them.
import { describe, expect, it } from 'vitest'

import { readBirthDate, readSought } from '../../src/lib/read-date'

const TODAY = '2026-11-29'
const ENGLISH = ['en', 'en-GB', 'en-US', 'en-CA', 'en-AU', 'en-IE', 'en-IN', 'en-NZ', 'en-ZA']
const SPANISH = ['es', 'es-ES', 'es-MX', 'es-AR', 'es-CO', 'es-US']
const OTHERS = ['de', 'fr', 'it', 'nl', 'pl', 'pt-BR', 'sv']
const STYLES = ['full', 'long', 'medium', 'short'] as const

describe.each([...ENGLISH, ...SPANISH, ...OTHERS])('what Intl writes in %s', (locale) => {
  it.each(STYLES)('%s, is read back', (dateStyle) => {
    const format = new Intl.DateTimeFormat(locale, { dateStyle, timeZone: 'UTC' })
    // Two digits of a year tell of the last hundred.
    for (let at = Date.UTC(1927, 0, 1); at < Date.UTC(2026, 10, 29); at += 37 * 86_400_000) {
      const written = format.format(at)
      const date = new Date(at).toISOString().slice(0, 10)
      expect([written, readBirthDate(written, locale, TODAY)]).toEqual([written, date])
    }
  })
})

describe('a date of birth', () => {
  it.each([
    '1982-09-18',
    '18 Sep 1982',
    '18 sept. 1982',
    'Sept 18 1982',
    'September 18th, 1982',
    '18th of September 1982',
    '18/09/1982',
    '18/9/82',
    '18.9.1982',
    '18-09-1982',
    '18 09 1982',
    '18091982',
    '19820918',
    '1982/9/18',
    '09/18/1982',
    '09181982',
    'Saturday, 18 September 1982',
  ])('is read of %s', (text) => {
    for (const locale of ['en-GB', 'en-US', 'es'])
      expect(readBirthDate(text, locale, TODAY)).toBe('1982-09-18')
  })
  it('is read in the words of the language, and in English', () => {
    expect(readBirthDate('18 de septiembre de 1982', 'es', TODAY)).toBe('1982-09-18')
    expect(readBirthDate('18 ENE 1982', 'es', TODAY)).toBe('1982-01-18')
    expect(readBirthDate('18 Jan 1982', 'es', TODAY)).toBe('1982-01-18')
  })
  it.each([
    ['en-GB', '1982-04-03'],
    ['en-US', '1982-03-04'],
    ['es', '1982-04-03'],
    ['es-US', '1982-04-03'],
  ])('has its numbers in the order of %s', (locale, date) => {
    expect(readBirthDate('03/04/1982', locale, TODAY)).toBe(date)
    expect(readBirthDate('03041982', locale, TODAY)).toBe(date)
  })
  it('is the latest possible of a short year', () => {
    expect(readBirthDate('1/2/26', 'en-GB', TODAY)).toBe('2026-02-01')
    expect(readBirthDate('1/2/27', 'en-GB', TODAY)).toBe('1927-02-01')
  })
  it.each([
    'Maria Lopez',
    'May',
    '18 Sep',
    '31/02/1982',
    '18/09/2031',
    '18/09/1782',
    '555 1234',
    '+1 212 555 5792',
    '2125555792',
    'RG-101267',
    'MRN 18 1982',
    '99999999',
    '',
  ])('is not read of %s', (text) => {
    for (const locale of ['en-GB', 'en-US', 'es'])
      expect(readBirthDate(text, locale, TODAY)).toBeNull()
  })
})

describe('what was typed to find a patient', () => {
  it('may be a name and a date', () => {
    expect(readSought('María López 18 Sep 1982', 'en-GB', TODAY)).toEqual({
      name: 'María López',
      born: '1982-09-18',
      question: 'María López 1982-09-18',
      numeric: false,
    })
    expect(readSought('April Jones 1/2/80', 'en-GB', TODAY)).toMatchObject({
      name: 'April Jones',
      born: '1980-02-01',
    })
  })
  it('may be a number of another kind, where it is digits alone', () => {
    expect(readSought('18091982', 'en-GB', TODAY)).toMatchObject({
      question: '1982-09-18',
      numeric: true,
    })
    expect(readSought('18/09/1982', 'en-GB', TODAY)).toMatchObject({ numeric: false })
    expect(readSought('1982-09-18', 'en-GB', TODAY)).toMatchObject({ numeric: false })
    expect(readSought('Lopez', 'en-GB', TODAY)).toBeNull()
  })
})
