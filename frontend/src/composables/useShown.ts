// Which doctors, dates and view are on the board, within what the contract and the window allow.
import { computed, ref, type Ref } from 'vue'

import { daysBetween, today as todayOf } from '../lib/time'
import { isTooMany, MOST_DOCTOR_DAYS, shownRange, type ViewMode } from '../lib/view'
import { useChosenDoctors } from './useChosenDoctors'
import type { HospitalView } from './useHospital'
import { useNarrow } from './useNarrow'
import { usePreferences } from './usePreferences'
import { useView } from './useView'

export function useShown(
  hospital: HospitalView,
  now: Ref<number>,
  /** The rows that the schedule needs, as soon as it is there. */
  hours: Ref<number | null>,
) {
  const preferences = usePreferences()
  const { view } = useView()
  const narrow = useNarrow()
  const zone = computed(() => hospital.facts.value?.timezone ?? 'UTC')
  const today = computed(() => todayOf(zone.value, now.value))
  const range = computed(() => {
    const wanted = narrow.value ? { ...view.value, mode: 'day' as const } : view.value
    return shownRange(wanted, today.value)
  })
  const days = computed(() => daysBetween(range.value.from, range.value.to) + 1)
  const chosen = useChosenDoctors(hospital)
  /** On a phone one doctor is shown at a time. */
  const narrowDoctor = ref<number | null>(null)
  /** As many of the chosen doctors as the contract allows in one question. */
  const doctorIds = computed(() => {
    const ids = chosen.ids.value
    if (narrow.value) {
      const one = ids.includes(narrowDoctor.value!) ? narrowDoctor.value : ids[0]
      return one ? [one] : []
    }
    return ids.slice(0, Math.floor(MOST_DOCTOR_DAYS / days.value))
  })
  const tooMany = computed(() => {
    const columns = doctorIds.value.length * days.value
    return view.value.mode === 'week' && isTooMany(columns, preferences.allHours ? 24 : hours.value)
  })
  const mode = computed<ViewMode>(() => {
    if (narrow.value) return 'day'
    return tooMany.value ? 'overview' : view.value.mode
  })
  return { narrow, zone, today, range, days, chosen, narrowDoctor, doctorIds, tooMany, mode }
}
