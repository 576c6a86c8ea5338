// Finding a patient: what offers itself while there is no answer.
import { cleanup, render, screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeAll, expect, it } from 'vitest'

import { ApiError, type Patient } from '../src/api'
import PatientPicker from '../src/components/PatientPicker.vue'
import { i18n } from '../src/i18n'

const maria: Patient = {
  id: 7,
  name: 'Maria Lopez',
  dateOfBirth: '1980-03-01',
  phone: '',
  email: '',
  mrn: '',
  version: 1,
}
const props = { modelValue: 'lop', found: [] as Patient[], asking: false, error: null as unknown }
const others = { born: null, today: '2026-11-29' }

function picker(more: Partial<typeof props>) {
  return render(PatientPicker, {
    props: { ...props, ...others, ...more },
    global: { plugins: [i18n] },
  })
}
const chosen = () => screen.queryByRole('option', { selected: true })
// jsdom lays nothing out, and so scrolls nothing.
beforeAll(() => (Element.prototype.scrollIntoView = () => undefined))
afterEach(cleanup)

it('offers a new patient where nobody was found', async () => {
  const { emitted } = picker({})
  expect(chosen()?.textContent).toContain('New patient')
  await userEvent.type(screen.getByRole('combobox'), '{Enter}')
  expect(emitted()['create']).toEqual([['lop']])
})
it('offers none while it is asked, unless the arrows lead there', async () => {
  const { emitted } = picker({ asking: true })
  expect(chosen()).toBeNull()
  const field = screen.getByRole('combobox')
  await userEvent.type(field, '{Enter}')
  expect(emitted()['create']).toBeUndefined()
  await userEvent.type(field, '{ArrowDown}{Enter}')
  expect(emitted()['create']).toEqual([['lop']])
})
it('asks again by Enter after a refusal, which stands above the list', async () => {
  const error = new ApiError({ code: 'unavailable', detail: 'The server is too busy.' })
  const { emitted } = picker({ error })
  expect(chosen()).toBeNull()
  const after = screen.getByRole('alert').compareDocumentPosition(screen.getByRole('listbox'))
  expect(after & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy()
  await userEvent.type(screen.getByRole('combobox'), '{Enter}')
  expect(emitted()['retry']).toHaveLength(1)
  expect(emitted()['create']).toBeUndefined()
})
it('offers the first hit before a new patient', () => {
  picker({ found: [maria] })
  expect(chosen()?.textContent).toContain('Maria Lopez')
})
