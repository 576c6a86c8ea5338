// What a lost connection means, in sentences.
import { render } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'
import { ref } from 'vue'

import ConnectionNote from '../src/components/ConnectionNote.vue'
import { i18n } from '../src/i18n'

vi.mock('../src/composables/useTrouble', () => ({
  useTrouble: () => ({ error: ref({ code: 'unavailable' }), due: ref(1) }),
}))
vi.mock('../src/composables/useSecondsUntil', () => ({ useSecondsUntil: () => ref(4) }))

it('has a space between its sentences', () => {
  const { container } = render(ConnectionNote, {
    props: { asOf: '06:08' },
    global: { plugins: [i18n] },
  })
  const said = container.textContent!.replace(/\s+/g, ' ')
  expect(said).toContain('for now. What you see is as of 06:08. Asked again in 4 s.')
})
