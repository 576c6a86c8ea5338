import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { meteredFetch } from '../src/api/cost'
import type { CallName } from '../src/api/types'
import { useCosts } from '../src/composables/useCosts'

const { last, lastBegan } = useCosts()

async function ask(label: CallName) {
  const request = new Request(`http://h/${label}`)
  const answered = meteredFetch(request, { api: 'rest', kind: 'read', label })
  await vi.advanceTimersByTimeAsync(50)
  await answered
}

describe('what an action cost', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('fetch', async () => new Response('{}'))
  })
  afterEach(async () => {
    await vi.advanceTimersByTimeAsync(5000)
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('is the sum of the requests that follow each other', async () => {
    await ask('me')
    await ask('doctors')
    await vi.advanceTimersByTimeAsync(600)
    expect([last.value.requests, lastBegan.value?.label]).toEqual([2, 'me'])
  })
  it('begins anew when the reader acts, however soon, even before a cost is known', async () => {
    await ask('hospitals')
    dispatchEvent(new Event('keydown'))
    await ask('schedules')
    await vi.advanceTimersByTimeAsync(600)
    expect([last.value.requests, lastBegan.value?.label]).toEqual([1, 'schedules'])
  })
})
