// A write that is asked again until its outcome is known.
import { effectScope } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { ApiError } from '../src/api'
import { type Repeating, useRepeating } from '../src/composables/useRepeating'
import { useSession } from '../src/composables/useSession'
import { useUnderway } from '../src/composables/useUnderway'

const { state } = useSession()
const silence = new ApiError({ code: 'no_answer', detail: '', late: true })
let repeating: Repeating

beforeEach(() => {
  vi.useFakeTimers()
  state.value = 'signed-in'
  repeating = effectScope(true).run(useRepeating)!
})
afterEach(() => vi.useRealTimers())

it('says after three seconds that it takes longer than usual', async () => {
  let answer: (value: string) => void = () => undefined
  const sent = repeating.send('booking', () => new Promise<string>((done) => (answer = done)))
  expect(repeating.phase.value).toBe('sending')
  await vi.advanceTimersByTimeAsync(2900)
  expect(repeating.phase.value).toBe('sending')
  await vi.advanceTimersByTimeAsync(200)
  expect(repeating.phase.value).toBe('slow')
  answer('booked')
  expect(await sent).toBe('booked')
  expect(repeating.phase.value).toBe('idle')
})

it('asks with the same key while nothing is known', async () => {
  const keys: string[] = []
  const sent = repeating.send('booking', async (_, key) => {
    keys.push(key)
    if (keys.length < 3) throw silence
    return 'booked'
  })
  await vi.advanceTimersByTimeAsync(0)
  expect(repeating.phase.value).toBe('unknown')
  expect(repeating.open.value).toBe(true)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await sent).toBe('booked')
  expect(new Set(keys).size).toBe(1)
})

it('waits with what is not known for the one whose session ended meanwhile', async () => {
  const answers = [silence, new ApiError({ code: 'not_authenticated', detail: '' })]
  const sent = repeating.send('booking', async () => {
    const answer = answers.shift()
    if (answer?.code === 'not_authenticated') state.value = 'expired'
    if (answer) throw answer
    return 'booked'
  })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(answers).toEqual([])
  expect(repeating.phase.value).toBe('unknown')
  state.value = 'signed-in'
  await vi.advanceTimersByTimeAsync(0)
  expect(await sent).toBe('booked')
})

it('is told of where its dialog was left, and only there', () => {
  const { all, waiting, leave, settle, forget } = useUnderway()
  const refused = new ApiError({ code: 'slot_taken', detail: '' })
  expect(settle(repeating, { refused })).toBe(false)
  const target = { doctorId: 1, date: '2099-01-04', time: '09:00', startsAt: '2099-01-04T09:00Z' }
  leave({ name: 'Maria Lopez', target, cellKey: '1|0', repeating })
  expect(waiting.value).toHaveLength(1)
  expect(settle(repeating, { refused })).toBe(true)
  expect(waiting.value).toEqual([])
  expect(all.value[0]!.outcome).toEqual({ refused })
  forget(all.value[0]!)
  expect(all.value).toEqual([])
})
