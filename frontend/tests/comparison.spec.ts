// The page of what was measured: bars that can be compared, and every figure as text.
import { cleanup, render, screen, within } from '@testing-library/vue'
import { afterEach, describe, expect, it } from 'vitest'

import ClaimList from '../src/components/ClaimList.vue'
import ComparisonBars from '../src/components/ComparisonBars.vue'
import ComparisonTable from '../src/components/ComparisonTable.vue'
import { i18n } from '../src/i18n'
import { bars, COLUMNS, comparison, type Screen } from '../src/lib/comparison'

afterEach(cleanup)
const global = { plugins: [i18n] }
const figures = (value: number) =>
  Object.fromEntries(COLUMNS.map((column) => [column, value])) as Screen['REST']
const week: Screen = { screen: 'week', REST: figures(1000), GraphQL: figures(250) }

describe('the comparison', () => {
  it('draws both bars of a screen to the scale of the longer one', () => {
    expect(bars(week, 'packed')).toEqual([
      { side: 'REST', value: 1000, share: 1 },
      { side: 'GraphQL', value: 250, share: 0.25 },
    ])
    const nothing = { ...week, REST: figures(0), GraphQL: figures(0) }
    expect(bars(nothing, 'packed').map(({ share }) => share)).toEqual([0, 0])
  })
  it('says each value beside its bar', () => {
    const { container } = render(ComparisonBars, {
      props: { screens: [week], column: 'packed' },
      global,
    })
    expect(container.textContent).toContain('1,000')
    const widths = [...container.querySelectorAll('rect')].map((bar) => bar.getAttribute('width'))
    expect(widths).toEqual(['100', '25'])
  })
  it('has a table with a row for each screen and API, and a cell for each figure', () => {
    render(ComparisonTable, { props: { screens: [week], label: 'All figures' }, global })
    const rows = within(screen.getByRole('region', { name: 'All figures' })).getAllByRole('row')
    expect(rows).toHaveLength(3)
    expect(within(rows[1]!).getAllByRole('cell')).toHaveLength(COLUMNS.length)
  })
  it('names the winner of each claim in words', () => {
    render(ClaimList, { props: { claims: comparison.claims }, global })
    expect(screen.getAllByRole('heading')).toHaveLength(10)
    for (const words of ['REST wins', 'GraphQL wins', 'One win each', 'Neither wins']) {
      expect(screen.getAllByText(words).length).toBeGreaterThan(0)
    }
  })
})
