// Why nothing fresh comes from the server, and when it is asked again by itself.
import { computed, shallowReactive } from 'vue'

import { ApiError } from '../api'
import { queryClient, retryDelay } from './useServerData'
import { onWipe } from './useSession'

/** A shorter pause is not worth a note that pushes the page down. */
const SHORT = 2000

/** By the question that failed; its own answer ends it, or that nobody waits for it any more. */
const troubles = shallowReactive(new Map<string, { error: ApiError; due: number }>())
const trouble = computed(() => [...troubles.values()].at(-1))
onWipe(() => troubles.clear())

queryClient.getQueryCache().subscribe((event) => {
  const { queryHash } = event.query
  if (event.type === 'observerRemoved' && event.query.getObserversCount() === 0) {
    troubles.delete(queryHash)
  }
  if (event.type !== 'updated') return
  const { action } = event
  if (action.type === 'success' && !action.manual) troubles.delete(queryHash)
  if (action.type === 'failed') {
    const { error, failureCount } = action
    const pause = retryDelay(failureCount - 1, error)
    if (!(error instanceof ApiError) || !error.passing) return
    // Nothing for as long as one waits is worth it at once.
    if (pause < SHORT && !error.late) return
    troubles.set(queryHash, { error, due: Date.now() + pause })
  }
})

export function useTrouble() {
  return {
    error: computed(() => trouble.value?.error ?? null),
    due: computed(() => trouble.value?.due ?? 0),
  }
}
