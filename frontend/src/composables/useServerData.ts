// The one place where TanStack Query is set up: what is kept, how long, and what is tried again.
import { QueryClient, useQueryClient } from '@tanstack/vue-query'
import { watch } from 'vue'

import { ApiError } from '../api'
import { onWipe, useSession } from './useSession'

/** Milliseconds until the next try; `count` is of those that failed before. */
export function retryDelay(count: number, error: unknown): number {
  const asked = error instanceof ApiError ? error.retryAfter : null
  return asked ? asked * 1000 : Math.min(1000 * 2 ** count, 15_000)
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: true,
      // Reads are tried again by themselves, as late as the server asks for.
      retry: (count, error) => error instanceof ApiError && error.passing && count < 4,
      retryDelay,
    },
    // Writes are repeated by those who hold their idempotency key, never from here.
    mutations: { retry: false },
  },
})

onWipe(() => queryClient.clear())

// Signed in again over the page: what is shown is asked once more.
watch(useSession().state, (now, before) => {
  const back = now === 'signed-in' && (before === 'expired' || before === 'locked')
  if (back) void queryClient.invalidateQueries()
})

/** After an own write: whatever is shown of this hospital, or of none, is asked again. */
export function useRefresh() {
  const client = useQueryClient()
  return (hospitalId: number | null) =>
    client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[1] === hospitalId || queryKey[1] === null,
    })
}
