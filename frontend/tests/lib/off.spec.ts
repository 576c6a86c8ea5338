// A button that is off: seen as such, without effect, and still where the focus is.
import { cleanup, render, screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it } from 'vitest'
import { defineComponent } from 'vue'

import { vOff } from '../../src/lib/off'

afterEach(cleanup)

const Form = defineComponent({
  directives: { off: vOff },
  props: { off: { type: Boolean, required: true } },
  emits: ['send', 'press'],
  template: `
    <form @submit.prevent="$emit('send')">
      <input aria-label="Name">
      <button v-off="off" type="submit" @click="$emit('press')">Save</button>
    </form>`,
})

it('keeps the focus while it is off, and neither presses nor sends', async () => {
  const user = userEvent.setup()
  const form = render(Form, { props: { off: false } })
  const button = screen.getByRole('button')
  await user.click(button)
  expect(form.emitted()['send']).toHaveLength(1)

  await form.rerender({ off: true })
  expect(document.activeElement).toBe(button)
  expect(button.getAttribute('aria-disabled')).toBe('true')
  await user.click(button)
  await user.keyboard('{Enter}')
  await user.type(screen.getByLabelText('Name'), 'Ann{Enter}')
  expect(form.emitted()['send']).toHaveLength(1)
  expect(form.emitted()['press']).toHaveLength(1)

  await form.rerender({ off: false })
  expect(button.hasAttribute('aria-disabled')).toBe(false)
  await user.click(button)
  expect(form.emitted()['send']).toHaveLength(2)
})
