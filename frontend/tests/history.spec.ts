// What happened to an appointment, as it is read.
import { render, screen } from '@testing-library/vue'
import { expect, it } from 'vitest'

import HistoryList from '../src/components/HistoryList.vue'
import { i18n } from '../src/i18n'

it('keeps two changes of one move apart', async () => {
  const doctors = new Map([
    [1, 'Ann Ito'],
    [2, 'Ajay Kulkarni'],
  ])
  const moved = {
    ...{ version: 2, type: 'moved' as const, at: '2026-11-29T12:00:00Z' },
    by: { id: 9, name: 'Sam Porter' },
    changes: {
      doctorId: { from: 1, to: 2 },
      startsAt: { from: '2026-11-30T15:00:00Z', to: '2026-11-30T16:00:00Z' },
    },
  }
  render(HistoryList, {
    props: {
      ...{ entries: [moved], zone: 'UTC' },
      doctor: (id: number) => ({
        ...{ id, name: doctors.get(id)!, specialty: '', active: true, version: 1 },
      }),
    },
    global: { plugins: [i18n] },
  })
  const item = await screen.findByRole('listitem')
  expect(item.textContent!.replace(/\s+/g, ' ')).toContain(
    'Moved from Ann Ito to Ajay Kulkarni; from Mon',
  )
})
