// The schedule that the board shows, kept fresh, and what changed in it.
import { computed, ref, type Ref, shallowRef, watch } from 'vue'

import type { DateRange, DoctorDay } from '../api'
import { buildGrid, buildOverview, type Grid, withKeptCells } from '../lib/grid'
import { dateRange } from '../lib/time'
import type { ViewMode } from '../lib/view'
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

  // Old data belongs to old doctors and dates: it stays, dimmed, with its own frame.
  const shown = shallowRef<{ days: DoctorDay[]; doctorIds: number[]; range: DateRange } | null>(
    null,
  )
  watch(
    [query.data, query.isPlaceholderData],
    ([days, placeholder]) => {
      if (days === undefined) shown.value = null
      else if (!placeholder) shown.value = { days, ...split(days) }
    },
    { immediate: true },
  )
  /** When what is shown came; another question's first answer is still on its way. */
  const updatedAt = ref(0)
  watch(query.dataUpdatedAt, (at) => at && (updatedAt.value = at), { immediate: true })
  function split(days: DoctorDay[]) {
    const ids = [...new Set(days.map((day) => day.doctorId))]
    return {
      doctorIds: ids,
      range: { from: days[0]?.date ?? range.value.from, to: days.at(-1)?.date ?? range.value.to },
    }
  }
  /** What is shown is what was asked for. */
  const current = computed(() => {
    if (doctorIds.value.length === 0) return true
    if (!shown.value) return false
    const { range: dates, doctorIds: ids } = shown.value
    const same = dates.from === range.value.from && dates.to === range.value.to
    return same && (!query.isPlaceholderData.value || `${ids}` === `${doctorIds.value}`)
  })
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
    /** The dates that are shown. */
    dates: computed(() => shown.value?.range ?? null),
    current,
    updatedAt,
    retry: () => query.refetch(),
    expectOwn,
  }
}
export type ScheduleView = ReturnType<typeof useSchedule>
