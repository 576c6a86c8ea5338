// One doctor's shifts in a week: as saved, as edited, and what the edits would do.
import { computed, type Ref } from 'vue'

import type { DoctorDay, Hospital } from '../api'
import {
  covers,
  judgeShifts,
  readShifts,
  type ShiftProblem,
  shiftsOn,
  showShifts,
  type Span,
  spanOf,
} from '../lib/shifts'
import { addDays, dateRange, weekday } from '../lib/time'
import { useAsk } from './useAsk'
import type { ShiftDraft } from './useShiftDraft'
import { useWords } from './useWords'

export interface ShiftDay {
  date: string
  text: string
  spans: Span[]
  /** As saved, in words to type. */
  saved: string
  changed: boolean
  /** Past dates can't be changed. */
  past: boolean
  problem: ShiftProblem | null
  /** When appointments begin, in minutes since midnight. */
  booked: number[]
  /** How many of those from now on would be outside every shift. */
  stranded: number
}
const LIVE = ['booked', 'arrived']

/** The hours of live appointments that have not begun; others never stand in the way. */
function bookedOf(day: DoctorDay | undefined): number[] {
  const slots = day?.slots ?? []
  const filled = slots.filter(
    ({ appointment }) => appointment === null || (appointment && LIVE.includes(appointment.status)),
  )
  return filled.map(({ time }) => spanOf({ start: time, end: time }).start)
}

export function useAvailabilityWeek(
  doctorId: Ref<number | null>,
  from: Ref<string>,
  today: Ref<string>,
  hospital: Ref<Hospital | undefined>,
  draft: ShiftDraft,
) {
  const words = useWords()
  const hour12 = computed(() => words.clock.value.hour12)
  const first = computed(() => addDays(from.value, -weekday(from.value, words.weekStart.value)))
  const range = computed(() => ({ from: first.value, to: addDays(first.value, 6) }))
  const asked = useAsk({
    what: 'availability',
    question: () => (doctorId.value ? { doctorId: doctorId.value, ...range.value } : null),
    ask: (api, hospitalId, { doctorId: doctor, ...dates }, options) =>
      api.availability(hospitalId, doctor, dates, options),
  })
  const schedule = useAsk({
    what: 'schedules',
    question: () => (doctorId.value ? { doctorIds: [doctorId.value], ...range.value } : null),
    ask: (api, hospitalId, of, options) => api.schedules(hospitalId, of, options),
  })
  const days = computed<ShiftDay[] | null>(() => {
    if (!asked.data.value) return null
    return dateRange(range.value.from, range.value.to).map((date) => {
      const shifts = shiftsOn(asked.data.value!, date)
      const edited = draft.draft.value?.days.get(date)
      const saved = showShifts(shifts, hour12.value)
      const text = edited?.text ?? saved
      const read = readShifts(text)
      const past = date < today.value
      const booked = past ? [] : bookedOf(schedule.data.value?.find((day) => day.date === date))
      const changed = edited !== undefined
      return {
        ...{ date, text, saved, past, booked, changed },
        spans: read.spans,
        problem: past ? null : (read.problem ?? judgeShifts(read.spans, hospital.value ?? null)),
        stranded: changed ? booked.filter((start) => !covers(read.spans, start)).length : 0,
      }
    })
  })
  function type(date: string, text: string) {
    draft.set(date, text, shiftsOn(asked.data.value ?? [], date))
  }
  return { range, days, asked, hour12, type }
}
