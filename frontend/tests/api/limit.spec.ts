// A server that hangs: every call ends by itself, and is spoken of before it does.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { type Api, getApi, onSlow } from '../../src/api'

const said: boolean[] = []
let sent = false
beforeEach(() => {
  said.length = 0
  onSlow((slow) => said.push(slow))
  sent = false
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('fetch', (_: Request, { signal }: RequestInit) => {
    sent = true
    return new Promise((_, reject) => {
      signal!.addEventListener('abort', () => reject(signal!.reason as Error))
    })
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function ended(call: (api: Api) => Promise<unknown>, name: 'rest' | 'graphql') {
  const api = await getApi(name)
  const outcome: { error: unknown } = { error: null }
  call(api).catch((error) => (outcome.error = error))
  // To name a document by its hash takes a moment that no timer counts.
  while (!sent) await new Promise((resolve) => setImmediate(resolve))
  return outcome
}
const booking = { doctorId: 1, patientId: 2, startsAt: '2099-01-04T09:00:00-05:00', reason: '' }

describe.each(['rest', 'graphql'] as const)('a silent server, over %s', (name) => {
  it.each([
    ['a read', 10_000, (api: Api) => api.appointment(1, 5)],
    ['a write', 12_000, (api: Api) => api.bookAppointment(1, booking, 'key')],
  ] as const)('ends %s after %i ms without an answer', async (_, limit, call) => {
    const outcome = await ended(call, name)
    await vi.advanceTimersByTimeAsync(limit - 100)
    expect(outcome.error).toBeNull()
    await vi.advanceTimersByTimeAsync(200)
    expect(outcome.error).toMatchObject({ code: 'no_answer', late: true, uncertain: true })
  })
  it('is said to be slow after three seconds, until the call ended', async () => {
    await ended((api) => api.appointment(1, 5), name)
    await vi.advanceTimersByTimeAsync(2900)
    expect(said).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    expect(said).toEqual([true])
    await vi.advanceTimersByTimeAsync(8000)
    expect(said).toEqual([true, false])
  })
  it('still lets go of a call that is not wanted any more', async () => {
    const unwanted = new AbortController()
    const outcome = await ended((api) => api.appointment(1, 5, { signal: unwanted.signal }), name)
    unwanted.abort()
    await vi.advanceTimersByTimeAsync(0)
    expect(outcome.error).toMatchObject({ name: 'AbortError' })
  })
})
