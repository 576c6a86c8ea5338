import { beforeEach, describe, expect, it, vi } from 'vitest'

import { notify, useNotice } from '../src/composables/useNotice'
import { wipe } from '../src/composables/useSession'

const { notice, dismiss } = useNotice()

describe('a notice', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    dismiss()
  })
  it('stays long enough to be read, each anew', () => {
    notify('Booked Maria Lopez')
    vi.advanceTimersByTime(6000)
    notify('Moved Maria Lopez')
    vi.advanceTimersByTime(6000)
    expect(notice.value).toBe('Moved Maria Lopez')
    vi.advanceTimersByTime(6000)
    expect(notice.value).toBe('')
  })
  it('is gone with the patient whom it names', () => {
    notify('Booked Maria Lopez')
    wipe()
    expect(notice.value).toBe('')
  })
})
