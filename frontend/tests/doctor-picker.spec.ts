// Choosing doctors by the keyboard alone.
import { fireEvent, render, screen } from '@testing-library/vue'
import { expect, it } from 'vitest'

import DoctorPicker from '../src/components/DoctorPicker.vue'
import { i18n } from '../src/i18n'

const named = (id: number, name: string) => ({
  ...{ id, name, specialty: 'Cardiology', active: true, version: 1 },
})

it('takes what was searched for with Enter, and shows all with the next', async () => {
  const doctors = [named(1, 'Ann Ito'), named(2, 'Sofía Martínez')]
  const { emitted } = render(DoctorPicker, {
    props: {
      ...{ doctors, specialties: ['Cardiology'], chosen: [], free: null, most: 100 },
      ...{ specialty: '', onlyFree: false },
    },
    global: { plugins: [i18n] },
  })
  const search = await screen.findByRole('searchbox')
  const enter = () => fireEvent.keyDown(search, { key: 'Enter' })
  await enter()
  expect(emitted('done')).toBeUndefined()
  await fireEvent.update(search, 'nobody')
  await enter()
  expect((search as HTMLInputElement).value).toBe('nobody')
  await fireEvent.update(search, 'martinez')
  expect(screen.getByRole('button', { name: 'Show' }).textContent).not.toContain('Enter')
  await enter()
  expect((search as HTMLInputElement).value).toBe('')
  expect(screen.getByRole('checkbox', { name: /^Sofía/ })).toHaveProperty('checked', true)
  expect(screen.getByRole('checkbox', { name: /^Ann/ })).toHaveProperty('checked', false)
  expect(screen.getByRole('button', { name: 'Show' }).textContent).toContain('Enter')
  await enter()
  expect(emitted('done')).toEqual([[[2]]])
})
