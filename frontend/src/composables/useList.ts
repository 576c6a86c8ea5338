// A list of the hospital in the address, page by page.
import { type InfiniteData, useInfiniteQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import { type Api, type ApiName, type CallOptions, getApi, type Page } from '../api'
import { useView } from './useView'

interface Asking<Q, T> {
  /** What is asked about; part of the key, and no other question's. */
  what: string
  question: () => Q
  ask: (
    api: Api,
    hospitalId: number,
    question: Q,
    after: string | null,
    options: CallOptions,
  ) => Promise<Page<T>>
}
type Key = [ApiName, number | null, string, unknown]

/** While another question is under way, the last answer stays, unless it is another hospital's. */
export function useList<Q, T>({ what, question, ask }: Asking<Q, T>) {
  const { view } = useView()
  const hospitalId = computed(() => view.value.hospital)
  const query = useInfiniteQuery({
    queryKey: computed<Key>(() => [view.value.api, hospitalId.value, what, question()]),
    queryFn: async ({ queryKey, pageParam, signal }) => {
      const [name, hospital, , of] = queryKey as Key
      return ask(await getApi(name), hospital!, of as Q, pageParam, { signal })
    },
    enabled: computed(() => hospitalId.value !== null),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page<T>) => last.next,
    placeholderData: (
      old: InfiniteData<Page<T>, string | null> | undefined,
      of?: { queryKey: unknown },
    ) => ((of?.queryKey as Key | undefined)?.[1] === hospitalId.value ? old : undefined),
  })
  return {
    items: computed<T[] | null>(
      () => query.data.value?.pages.flatMap(({ items }) => items as T[]) ?? null,
    ),
    error: query.error,
    /** What is shown answers an earlier question. */
    outdated: query.isPlaceholderData,
    hasMore: query.hasNextPage,
    adding: query.isFetchingNextPage,
    more: () => query.fetchNextPage(),
    retry: () => query.refetch(),
  }
}
