// The schedule that the board shows, kept fresh, and what changed in it.
import { computed, type Ref } from 'vue'

import type { DateRange } from '../api'
import { type Bar, buildGrid, buildOverview, type Grid, withKeptCells } from '../lib/grid'
import { dateRange } from '../lib/time'
import type { ViewMode } from '../lib/view'
import { useArrived } from './useArrived'
import { useAsk } from './useAsk'
import { useLive } from './useLive'
import { useNews } from './useNews'
import { useNow } from './useNow'
import { usePreferences } from './usePreferences'

export function useSchedule(
  zone: Ref<string>,
  doctorIds: Ref<number[]>,
  range: Ref<DateRange>,
  mode: Ref<ViewMode>,
  bar?: Ref<Bar>,
) {
  const preferences = usePreferences()
  const now = useNow()
  let background = false

  const query = useAsk({
    what: 'schedules',
    question: () =>
      doctorIds.value.length ? { doctorIds: doctorIds.value, ...range.value } : null,
    ask: (api, hospital, of, options) => api.schedules(hospital, of, options),
    options: () => {
      const options = { background }
      background = false
      return options
    },
    keep: true,
    staleTime: 5000,
  })
  useLive(() => {
    if (query.isFetching.value || doctorIds.value.length === 0) return
    background = true
    void query.refetch()
  })

  const { shown, ...arrived } = useArrived(query, doctorIds, range)
  // The minute matters to the line, the hour to the cells.
  const hour = computed(() => Math.floor(now.value / 60_000) * 60_000)

  let before: Grid | null = null
  const grid = computed<Grid | null>(() => {
    if (!shown.value || mode.value === 'overview') return (before = null)
    const { days, doctorIds: ids, range: dates } = shown.value
    const built = buildGrid({
      days,
      doctorIds: ids,
      dates: dateRange(dates.from, dates.to),
      zone: zone.value,
      now: hour.value,
      groupBy: mode.value === 'week' ? preferences.groupBy : 'day',
      showAll: preferences.allHours,
      bar: bar?.value,
    })
    return (before = withKeptCells(built, before))
  })
  const { changed, news, expectOwn } = useNews(grid)

  const overview = computed(() =>
    shown.value
      ? buildOverview({
          days: shown.value.days,
          doctorIds: shown.value.doctorIds,
          dates: dateRange(shown.value.range.from, shown.value.range.to),
          now: hour.value,
        })
      : null,
  )
  return {
    grid,
    overview,
    changed,
    news,
    error: query.error,
    loading: computed(() => query.isPending.value && query.fetchStatus.value !== 'idle'),
    /** What is shown is of another range, or of another API. */
    outdated: query.isPlaceholderData,
    ...arrived,
    retry: () => query.refetch(),
    expectOwn,
  }
}
export type ScheduleView = ReturnType<typeof useSchedule>
