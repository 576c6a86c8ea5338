// What has come of the schedule that was asked for. Old data belongs to old doctors and dates: it
// stays, dimmed, with its own frame.
import { computed, ref, type Ref, shallowRef, watch } from 'vue'

import type { DateRange, DoctorDay } from '../api'
import { hourCount } from '../lib/grid'

interface Answers {
  data: Readonly<Ref<DoctorDay[] | undefined>>
  isPlaceholderData: Readonly<Ref<boolean>>
  dataUpdatedAt: Readonly<Ref<number>>
}

export function useArrived(query: Answers, doctorIds: Ref<number[]>, range: Ref<DateRange>) {
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
  function split(days: DoctorDay[]) {
    const ids = [...new Set(days.map((day) => day.doctorId))]
    return {
      doctorIds: ids,
      range: { from: days[0]?.date ?? range.value.from, to: days.at(-1)?.date ?? range.value.to },
    }
  }
  /** When what is shown came; another question's first answer is still on its way. */
  const updatedAt = ref(0)
  watch(query.dataUpdatedAt, (at) => at && (updatedAt.value = at), { immediate: true })

  /** What is shown is what was asked for. */
  const current = computed(() => {
    if (doctorIds.value.length === 0) return true
    if (!shown.value) return false
    const { range: dates, doctorIds: ids } = shown.value
    const same = dates.from === range.value.from && dates.to === range.value.to
    return same && (!query.isPlaceholderData.value || `${ids}` === `${doctorIds.value}`)
  })
  return {
    shown,
    updatedAt,
    current,
    dates: computed(() => shown.value?.range ?? null),
    /** How many rows they need. */
    hours: computed(() => shown.value && hourCount(shown.value.days)),
  }
}
