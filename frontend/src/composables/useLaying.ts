// Laying a week over a range of dates: what is there now, and what would change.
import { computed, ref, type Ref } from 'vue'

import type { Hospital, Shift } from '../api'
import { judgeShifts, MOST_SHIFT_DAYS, sameShifts, shiftsOn, spanOf } from '../lib/shifts'
import { addDays, dateRange, daysBetween, isDate, weekday } from '../lib/time'
import { useAsk } from './useAsk'

const WEEKS = 4

export function useLaying(
  doctorId: Ref<number>,
  /** Of Monday to Sunday. */
  week: Ref<Shift[][]>,
  /** The first day of the week on the page. */
  first: string,
  today: Ref<string>,
  hospital: Ref<Hospital | undefined>,
) {
  const from = ref(first > today.value ? first : today.value)
  const to = ref(addDays(from.value, WEEKS * 7 - 1))
  const onlyEmpty = ref(false)
  /** Who draws one day of a week seldom means that all others are off. */
  const clears = ref(false)

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
      ({ shifts, base }) =>
        !sameShifts(shifts, base) &&
        !(onlyEmpty.value && base.length > 0) &&
        (shifts.length > 0 || clears.value),
    ),
  )
  /** Days of the week whose shifts this hospital would refuse. */
  const wrong = computed(() =>
    week.value.some((shifts) => judgeShifts(shifts.map(spanOf), hospital.value ?? null) !== null),
  )
  return { from, to, onlyEmpty, clears, problem, asked, days, changes, wrong }
}
