// A question to the server about the hospital in the address.
import { useQuery, type UseQueryOptions } from '@tanstack/vue-query'
import { computed } from 'vue'

import { type Api, type ApiName, type CallOptions, getApi } from '../api'
import { useSession } from './useSession'
import { useView } from './useView'

interface Asking<Q, T> {
  /** What is asked about; part of the key. */
  what: string
  /** The particulars; `null` asks nothing. */
  question: () => Q | null
  ask: (api: Api, hospitalId: number, question: Q, options: CallOptions) => Promise<T>
  staleTime?: number
  refetchInterval?: number
  /** Show the last answer while a new one is awaited, unless it is another hospital's. */
  keep?: boolean
  /** Further options of the next request, taken when it starts. */
  options?: () => CallOptions
}
type Key = [ApiName, number | null, string, unknown]

/**
 * The key says all that the request needs. Nothing is read from the address after it: an answer
 * is never filed under another hospital than it was asked for.
 */
export function useAsk<Q, T>({ what, question, ask, keep, options, ...rest }: Asking<Q, T>) {
  const { view } = useView()
  const { state } = useSession()
  const { refetchInterval: every, ...others } = rest
  const hospitalId = computed(() => view.value.hospital)
  const particulars = computed(question)
  return useQuery({
    // An answer is replaced, never changed: its thousands of parts need no watching.
    shallow: true,
    queryKey: computed<Key>(() => [view.value.api, hospitalId.value, what, particulars.value]),
    queryFn: async ({ queryKey: [name, hospital, , of], signal }) => {
      const more = options?.() ?? {}
      return ask(await getApi(name), hospital!, of as Q, { ...more, signal })
    },
    enabled: computed(() => hospitalId.value !== null && particulars.value !== null),
    ...(keep
      ? {
          placeholderData: (old: T | undefined, of?: { queryKey: unknown }) =>
            (of?.queryKey as Key | undefined)?.[1] === hospitalId.value ? old : undefined,
        }
      : {}),
    // Nobody looks at a locked screen, and its session may end.
    ...(every ? { refetchInterval: () => state.value === 'signed-in' && every } : {}),
    ...others,
  } as UseQueryOptions<T, Error, T, T, Key>)
}
