// A write that is asked again, with the same key, until its outcome is known.
import { computed, onScopeDispose, ref } from 'vue'

import { ApiError, SLOW, toApiError } from '../api'
import { newKey } from '../lib/keys'
import { signedInAgain } from './useSignedInAgain'

/**
 * `slow`: sent, and it takes longer than usual. `waiting`: the server asked for patience.
 * `unknown`: no answer, so it may have been done.
 */
export type Phase = 'idle' | 'sending' | 'slow' | 'waiting' | 'unknown'

const LONGEST_WAIT = 15

export function useRepeating() {
  const phase = ref<Phase>('idle')
  /** Seconds until it is asked again. */
  const seconds = ref(0)
  let key = newKey()
  let meant = ''
  let hurry: (() => void) | null = null
  let given = false

  function pause(howLong: number): Promise<void> {
    const due = Date.now() + howLong * 1000
    return new Promise((resolve) => {
      // By the clock: a tab in the background is woken less often than every second.
      const timer = setInterval(count, 1000)
      function count() {
        seconds.value = Math.max(0, Math.ceil((due - Date.now()) / 1000))
        if (seconds.value === 0) hurry?.()
      }
      hurry = () => {
        clearInterval(timer)
        resolve()
      }
      count()
    })
  }

  /**
   * Run `write` until it is done or refused. The key stays the same for the same `input`:
   * a repeat learns what became of the first, and writes nothing twice.
   */
  async function send<I, O>(input: I, write: (input: I, key: string) => Promise<O>): Promise<O> {
    const now = JSON.stringify(input)
    if (now !== meant) key = newKey()
    meant = now
    given = false
    let uncertain = false
    for (let turn = 0; ; turn += 1) {
      phase.value = uncertain ? 'unknown' : 'sending'
      const slow = setTimeout(() => phase.value === 'sending' && (phase.value = 'slow'), SLOW)
      try {
        const done = await write(input, key)
        phase.value = 'idle'
        meant = ''
        return done
      } catch (problem) {
        const error = toApiError(problem)
        uncertain ||= error.uncertain
        if (uncertain && error.code === 'not_authenticated' && !given) {
          // Refused now, which says nothing of the first time.
          phase.value = 'unknown'
          await signedInAgain()
          if (!given) continue
        }
        if (!error.passing || given) {
          phase.value = 'idle'
          throw error
        }
        phase.value = uncertain ? 'unknown' : 'waiting'
        await pause(error.retryAfter ?? Math.min(2 ** turn, LONGEST_WAIT))
        if (given) {
          phase.value = 'idle'
          throw new ApiError({ code: 'no_answer', detail: '' })
        }
      } finally {
        clearTimeout(slow)
      }
    }
  }
  /** Stop asking. What was sent may still have been done. */
  function giveUp() {
    given = true
    hurry?.()
  }
  onScopeDispose(giveUp)
  return {
    phase,
    seconds,
    busy: computed(() => phase.value !== 'idle'),
    /** What was sent may be done, or be done yet. */
    open: computed(() => phase.value !== 'idle' && phase.value !== 'waiting'),
    gaveUp: () => given,
    send,
    askNow: () => hurry?.(),
    giveUp,
  }
}
export type Repeating = ReturnType<typeof useRepeating>
