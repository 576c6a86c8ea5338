// A booking from the cell to the answer. Nothing that was typed is lost on the way.
import { computed, effectScope, onScopeDispose, type Ref, ref, shallowRef } from 'vue'

import { ApiError, type Appointment, type Patient, toApiError } from '../api'
import { slotKey } from '../lib/grid'
import { usePatientFirst } from './usePatientFirst'
import { useRepeating } from './useRepeating'
import { onWipe } from './useSession'
import { onSignedInAgain } from './useSignedInAgain'
import { useUnderway } from './useUnderway'
import { useView } from './useView'

export interface BookingTarget {
  /** Without one: any doctor who is free then, of `specialty` if given. */
  doctorId: number | null
  specialty?: string | null
  date: string
  time: string
  startsAt: string
}

export function useBooking(
  hospitalId: Ref<number | null>,
  /** `watched`: its dialog was open until now. */
  done: (appointment: Appointment, cellKey: string, watched: boolean) => void,
  refused: () => void,
) {
  const { api } = useView()
  const patientFirst = usePatientFirst()
  const underway = useUnderway()
  // In a scope of its own: what is left behind outlives the board.
  const start = () => effectScope(true).run(useRepeating)!
  const repeating = shallowRef(start())
  const target = shallowRef<BookingTarget | null>(null)
  const patient = shallowRef<Patient | null>(null)
  const reason = ref('')
  const error = shallowRef<ApiError | null>(null)
  const cellKey = computed(() =>
    target.value?.doctorId ? slotKey(target.value.doctorId, target.value.startsAt) : null,
  )

  function open(next: BookingTarget) {
    target.value = next
    error.value = null
    patient.value = patientFirst.chosen.value
    reason.value = ''
  }
  function close() {
    const asked = repeating.value
    if (asked.open.value && target.value && patient.value) {
      const { name } = patient.value
      underway.leave({ name, target: target.value, cellKey: cellKey.value, repeating: asked })
      repeating.value = start()
    } else asked.giveUp()
    clear()
  }
  function clear() {
    target.value = null
    patient.value = null
    reason.value = ''
    error.value = null
  }
  onWipe(() => {
    repeating.value.giveUp()
    clear()
  })
  onScopeDispose(close)
  // What was refused for want of a session waits for the reader, no longer for a session.
  onSignedInAgain(() => {
    if (error.value?.code === 'not_authenticated') error.value = null
  })

  /** Another slot for the same patient and reason. */
  function take(opening: BookingTarget) {
    target.value = opening
    error.value = null
  }

  async function book(): Promise<void> {
    if (!target.value || !patient.value || repeating.value.busy.value) return
    const { doctorId, specialty, startsAt } = target.value
    const hospital = hospitalId.value!
    const asking = repeating.value
    error.value = null
    try {
      const booked = await asking.send(
        {
          ...(doctorId ? { doctorId } : {}),
          ...(!doctorId && specialty ? { specialty } : {}),
          patientId: patient.value.id,
          startsAt,
          reason: reason.value.trim(),
        },
        async (input, key) => (await api()).bookAppointment(hospital, input, key),
      )
      if (asking.gaveUp()) return
      const left = underway.settle(asking, { booked })
      if (!left) clear()
      done(booked, slotKey(booked.doctorId, booked.startsAt), !left)
    } catch (problem) {
      if (asking.gaveUp()) return
      const refusal = toApiError(problem)
      if (!underway.settle(asking, { refused: refusal })) error.value = refusal
      refused()
    }
  }
  const phase = computed(() => repeating.value.phase.value)
  const seconds = computed(() => repeating.value.seconds.value)
  const busy = computed(() => repeating.value.busy.value)
  /** The cells that are being booked, with a dialog or without. */
  const waitingKeys = computed(() => {
    const left = underway.waiting.value.map((one) => one.cellKey)
    return [...left, busy.value ? cellKey.value : null].filter((key) => key !== null)
  })
  return {
    ...{ target, patient, reason, error, cellKey, phase, seconds, busy, waitingKeys },
    ...{ open, close, take, book, askNow: () => repeating.value.askNow() },
  }
}
export type BookingFlow = ReturnType<typeof useBooking>
