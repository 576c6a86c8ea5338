import { describe, expect, it } from 'vitest'

import { isTooMany, nextMode, parseView, shifted, shownRange, viewQuery } from '../../src/lib/view'

const today = '2026-11-25'

describe('the view in the address', () => {
  it.each([
    {},
    { hospital: '1', doctor: '3,1', from: '2026-11-30', to: '2026-12-06', view: 'week' },
    { hospital: '2', specialty: 'Cardiology', view: 'overview', api: 'graphql' },
  ])('comes back as it went: %o', (query) => {
    expect(viewQuery(parseView(query))).toEqual(query)
  })
  it('takes nothing from nonsense', () => {
    const nonsense = {
      hospital: '-1',
      doctor: 'x,0,2,2',
      from: '2026-02-30',
      view: 'year',
      api: 'soap',
    }
    expect(parseView(nonsense)).toEqual({
      hospital: null,
      doctors: [2],
      specialty: null,
      from: null,
      to: null,
      mode: 'day',
      api: 'rest',
    })
  })
})

describe('a board', () => {
  it('is too large by the hours that it has, or by the usual ones as long as they are unknown', () => {
    expect(isTooMany(15 * 14, null)).toBe(false)
    expect(isTooMany(15 * 14, 23)).toBe(true)
    expect(isTooMany(15 * 14, 9)).toBe(false)
    expect(isTooMany(20 * 14, null)).toBe(true)
  })
})

describe('the dates shown', () => {
  it('begin today, and are as many as the view is used to', () => {
    expect(shownRange(parseView({}), today)).toEqual({ from: today, to: today })
    expect(shownRange(parseView({ view: 'week' }), today).to).toBe('2026-12-01')
    expect(shownRange(parseView({ view: 'overview' }), today).to).toBe('2026-12-22')
  })
  it('stay within what a view can show', () => {
    const wide = { view: 'week', from: today, to: '2027-11-25' }
    expect(shownRange(parseView(wide), today).to).toBe('2026-12-08')
    const upside = { view: 'week', from: today, to: '2026-11-01' }
    expect(shownRange(parseView(upside), today).to).toBe('2026-12-01')
  })
  it('go on by as many days as are shown', () => {
    expect(shifted(parseView({ view: 'week' }), today, 1)).toEqual({
      from: '2026-12-02',
      to: '2026-12-08',
    })
  })
  it('go through the views in turn', () => {
    expect(['day', 'week', 'overview'].map((mode) => nextMode(mode as 'day'))).toEqual([
      'week',
      'overview',
      'day',
    ])
  })
})
