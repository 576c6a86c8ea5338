// Laying a week over a range of dates: what is there now, and what would change.
import { computed, ref, type Ref } from 'vue'

import type { Hospital, Shift } from '../api'
import { judgeShifts, MOST_SHIFT_DAYS, sameShifts, shiftsOn, spanOf } from '../lib/shifts'
import { addDays, dateRange, daysBetween, isDate, weekday } from '../lib/time'
import { useAsk } from './useAsk'

export function useLaying(
  doctorId: Ref<number>,
  /** Of Monday to Sunday. */
  week: Ref<Shift[][]>,
  today: Ref<string>,
  hospital: Ref<Hospital | undefined>,
) {
  const monday = addDays(today.value, 7 - weekday(today.value, 'mon'))
  const from = ref(monday)
  const to = ref(addDays(monday, 27))
  const onlyEmpty = ref(false)

  const problem = computed(() => {
    if (!isDate(from.value) || !isDate(to.value)) return 'dates'
    if (from.value < today.value) return 'past'
    if (to.value < from.value) return 'order'
    return daysBetween(from.value, to.value) >= MOST_SHIFT_DAYS ? 'tooMany' : null
  })
  const asked = useAsk({
    what: 'availability',
    question: () =>
      problem.value ? null : { doctorId: doctorId.value, from: from.value, to: to.value },
    ask: (api, hospitalId, { doctorId: doctor, ...dates }, options) =>
      api.availability(hospitalId, doctor, dates, options),
  })
  const days = computed(() => {
    const now = asked.data.value
    if (problem.value || !now) return null
    return dateRange(from.value, to.value).map((date) => ({
      date,
      shifts: week.value[weekday(date, 'mon')]!,
      base: shiftsOn(now, date),
    }))
  })
  const changes = computed(() =>
    (days.value ?? []).filter(
      ({ shifts, base }) => !sameShifts(shifts, base) && !(onlyEmpty.value && base.length > 0),
    ),
  )
  /** Days of the week whose shifts this hospital would refuse. */
  const wrong = computed(() =>
    week.value.some((shifts) => judgeShifts(shifts.map(spanOf), hospital.value ?? null) !== null),
  )
  return { from, to, onlyEmpty, problem, asked, days, changes, wrong }
}
