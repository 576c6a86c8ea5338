import { afterEach, describe, expect, it } from 'vitest'

import type { SlotAppointment } from '../../src/api'
import { useLanguage } from '../../src/i18n'
import { cellState, cellStatus, cellText } from '../../src/lib/cell-words'
import type { Cell, CellKind } from '../../src/lib/grid'

function cell(kind: CellKind, status?: SlotAppointment['status']): Cell {
  const patient = { id: 9, name: 'Maria Lopez' }
  const appointment = status ? ({ id: 5, patient, status, version: 1 } as SlotAppointment) : null
  const place = { doctorId: 1, date: '2026-11-30', time: '10:00', fold: 0 as const }
  return { ...place, key: '1|1', kind, startsAt: '2026-11-30T10:00:00-05:00', appointment }
}
const said = (one: Cell) => [
  cellText(one, undefined, 'Free'),
  cellState(one, undefined, 'Free'),
  cellStatus(one),
]

describe('the words of a cell', () => {
  afterEach(() => useLanguage('en'))

  it('say a status in a line of its own, unless it is the usual one', () => {
    expect(said(cell('booked', 'booked'))).toEqual(['Maria Lopez', 'Maria Lopez, booked', ''])
    expect(said(cell('booked', 'noshow'))).toEqual([
      'Maria Lopez',
      'Maria Lopez, no-show',
      'no-show',
    ])
  })
  it('say what a free cell is for, and what it waits for', () => {
    expect(cellState(cell('free'), undefined, 'Book')).toBe('free, Book')
    expect(cellText(cell('free'), 'booking', 'Book')).toBe('Booking…')
  })
  it('say of a free slot that can not be had why not', () => {
    const draft: Cell = { ...cell('free'), barred: 'draft' }
    expect(cellText(draft, undefined, 'Move here')).toBe('Removed')
    expect(cellState(draft, undefined, 'Move here')).toBe(
      'free, removed by the shifts that wait to be saved',
    )
    const colleague: Cell = { ...cell('free'), barred: 'colleague' }
    expect(cellText(colleague, undefined, 'Book')).toBe('Free')
    expect(cellState(colleague, undefined, 'Book')).toBe('free, not yours to book')
  })
  it('follow the language, although each is looked up once', async () => {
    expect(said(cell('past'))).toEqual(['past', 'free, but past', ''])
    await useLanguage('es')
    const [text, state] = said(cell('past'))
    expect(text).not.toBe('past')
    expect(state).not.toBe('free, but past')
    await useLanguage('en')
    expect(said(cell('past'))).toEqual(['past', 'free, but past', ''])
  })
})
