// What a locked page takes out of the document, and how it comes back.
import { cleanup, render } from '@testing-library/vue'
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h, nextTick, ref, Teleport } from 'vue'

import { useBlankPage } from '../src/composables/useBlankPage'

const locked = ref(false)
const talk = ref('')
/** A page with a dialog over it, and the question for the password. */
const Page = defineComponent(() => {
  useBlankPage(() => locked.value)
  return () => [
    h('input', { id: 'draft' }),
    h(Teleport, { to: 'body' }, talk.value ? [h('p', { id: 'talk' }, talk.value)] : []),
    h(Teleport, { to: 'body' }, [h('div', { class: 'dialog--firm' }, 'Password')]),
  ]
})
async function turn(now: boolean) {
  locked.value = now
  await nextTick()
}
afterEach(() => {
  cleanup()
  locked.value = false
  talk.value = ''
})
const shown = () => document.body.textContent

describe('a locked page', () => {
  it('is out of the document, and back in its order with what was typed', async () => {
    talk.value = 'Maria Lopez'
    render(Page)
    document.querySelector<HTMLInputElement>('#draft')!.value = 'Sore throat'
    const before = document.body.innerHTML
    await turn(true)
    expect(shown()).toBe('Password')
    expect(document.querySelector('#draft')).toBeNull()
    await turn(false)
    expect(document.body.innerHTML).toBe(before)
    expect(document.querySelector<HTMLInputElement>('#draft')!.value).toBe('Sore throat')
  })
  it('follows what happens to it meanwhile', async () => {
    talk.value = 'Maria Lopez'
    render(Page)
    await turn(true)
    talk.value = 'Ana Ruiz'
    await nextTick()
    expect(shown()).toBe('Password')
    await turn(false)
    expect(shown()).toBe('Ana RuizPassword')
    await turn(true)
    talk.value = ''
    await nextTick()
    await turn(false)
    expect(shown()).toBe('Password')
  })
  it('shows nothing of what comes up meanwhile', async () => {
    render(Page)
    await turn(true)
    talk.value = 'Maria Lopez'
    await nextTick()
    await Promise.resolve()
    expect(shown()).toBe('Password')
    await turn(false)
    expect(shown()).toBe('Maria LopezPassword')
  })
})
