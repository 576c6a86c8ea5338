// A refused form: the server's words at the field, the focus on the first of them.
import { cleanup, render, screen } from '@testing-library/vue'
import { nextTick } from 'vue'
import { afterEach, describe, expect, it } from 'vitest'

import { ApiError, type FieldError } from '../src/api'
import NewMemberForm from '../src/components/NewMemberForm.vue'
import { i18n } from '../src/i18n'

const refused = (...fields: FieldError[]) =>
  new ApiError({ code: 'invalid', detail: 'Refused.', fields })

async function form(error: ApiError | null) {
  const props = { doctors: [], busy: false, error: null as ApiError | null }
  const shown = render(NewMemberForm, { props, global: { plugins: [i18n] } })
  await shown.rerender({ error })
  await nextTick()
  await nextTick()
  return shown
}

afterEach(cleanup)

describe('a refused form', () => {
  it('puts each message at its field, and the focus there', async () => {
    await form(refused({ field: 'email', code: 'unique', detail: 'Is a member already.' }))
    const email = screen.getByLabelText('Email')
    expect(document.activeElement).toBe(email)
    expect(email.getAttribute('aria-invalid')).toBe('true')
    const described = document.getElementById(email.getAttribute('aria-describedby')!)
    expect(described?.textContent).toContain('Is a member already.')
  })
  it('asks for a name and a password once the server misses them', async () => {
    await form(
      refused(
        { field: 'name', code: 'required', detail: 'A new user needs a name.' },
        { field: 'password', code: 'required', detail: 'A new user needs a password.' },
      ),
    )
    expect(document.activeElement).toBe(screen.getByLabelText('Name'))
    expect(screen.getByLabelText('First password').getAttribute('aria-invalid')).toBe('true')
  })
  it('says what is about no field of it all the same', async () => {
    await form(refused({ field: 'weather', code: 'invalid', detail: 'It rains.' }))
    expect(screen.getByRole('alert').textContent).toContain('It rains.')
  })
})
