// The shifts that are being edited, of all doctors, until they are saved or dropped. They outlive
// the page: moving an appointment that is in the way leads over the board and back.
import { computed, reactive, type Ref } from 'vue'

import type { Appointment, DayShifts, Shift } from '../api'
import { covers, readShifts, sameShifts, shiftOf, spanOf } from '../lib/shifts'
import { onWipe } from './useSession'

interface DraftDay {
  text: string
  /** The shifts when the editing of this date began. */
  base: Shift[]
}
export interface Draft {
  hospitalId: number
  doctorId: number
  days: Map<string, DraftDay>
  /** What stood in the way of saving. */
  inTheWay: Appointment[]
  /** Those of them that were moved or cancelled since, as they are now. */
  settled: Map<number, Appointment>
}

const drafts = reactive(new Map<string, Draft>())
onWipe((why) => {
  if (why === 'session') return drafts.clear()
  // Shifts name no patient; what stands in their way does, and is found again by saving.
  for (const draft of drafts.values()) {
    draft.inTheWay = []
    draft.settled.clear()
  }
})

const keyOf = (hospitalId: number, doctorId: number) => `${hospitalId}|${doctorId}`
export const shiftsOfText = (text: string): Shift[] => readShifts(text).spans.map(shiftOf)

/** An unsaved draft of this hospital that waits for appointments to be out of its way. */
export function waitingDraft(hospitalId: number | null): Draft | null {
  const all = [...drafts.values()]
  return all.find((one) => one.hospitalId === hospitalId && one.inTheWay.length > 0) ?? null
}
/** An appointment was moved or cancelled: drafts that waited for it know. */
export function noteSettled(appointment: Appointment): void {
  for (const draft of drafts.values()) {
    const place = draft.inTheWay.findIndex(({ id }) => id === appointment.id)
    if (place < 0) continue
    if (stillInTheWay(draft, appointment)) draft.inTheWay[place] = appointment
    else draft.settled.set(appointment.id, appointment)
  }
}
/** Moved to where the new shifts end as well. */
function stillInTheWay(draft: Draft, { doctorId, status, date, time }: Appointment): boolean {
  return status !== 'cancelled' && leavingOut(draft)({ doctorId, date, time })
}
/** Which slots the draft's shifts do not offer any more. */
export function leavingOut(draft: Draft) {
  const spans = new Map([...draft.days].map(([date, { text }]) => [date, readShifts(text).spans]))
  return ({ doctorId, date, time }: Pick<Appointment, 'doctorId' | 'date' | 'time'>) => {
    const left = doctorId === draft.doctorId ? spans.get(date) : undefined
    return left !== undefined && !covers(left, spanOf({ start: time, end: time }).start)
  }
}

export function useShiftDraft(hospitalId: Ref<number | null>, doctorId: Ref<number | null>) {
  const key = computed(() => keyOf(hospitalId.value ?? 0, doctorId.value ?? 0))
  const draft = computed(() => drafts.get(key.value) ?? null)

  function set(date: string, text: string, base: Shift[]) {
    const now = drafts.get(key.value) ?? {
      hospitalId: hospitalId.value!,
      doctorId: doctorId.value!,
      days: new Map<string, DraftDay>(),
      inTheWay: [],
      settled: new Map<number, Appointment>(),
    }
    const first = now.days.get(date)?.base ?? base
    const { problem } = readShifts(text)
    if (!problem && sameShifts(shiftsOfText(text), first)) now.days.delete(date)
    else now.days.set(date, { text, base: first })
    if (now.days.size === 0) drafts.delete(key.value)
    else drafts.set(key.value, now)
  }
  function drop(...dates: string[]) {
    for (const date of dates) draft.value?.days.delete(date)
    if (dates.length === 0 || draft.value?.days.size === 0) drafts.delete(key.value)
  }
  function meet(appointments: Appointment[]) {
    if (!draft.value) return
    draft.value.inTheWay = appointments
    draft.value.settled.clear()
  }
  /** Every changed date, in the order of time, as it would be sent. */
  const changes = computed<DayShifts[]>(() =>
    [...(draft.value?.days ?? [])]
      .map(([date, { text }]) => ({ date, shifts: shiftsOfText(text) }))
      .sort((a, b) => a.date.localeCompare(b.date)),
  )
  return { draft, changes, set, drop, meet }
}
export type ShiftDraft = ReturnType<typeof useShiftDraft>
