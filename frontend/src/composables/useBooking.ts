// A booking from the cell to the answer. Nothing that was typed is lost on the way.
import { computed, type Ref, ref, shallowRef } from 'vue'

import { ApiError, type Appointment, type Opening, type Patient, toApiError } from '../api'
import { slotKey } from '../lib/grid'
import { onWipe } from './useSession'
import { usePatientFirst } from './usePatientFirst'
import { useRepeating } from './useRepeating'
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
  done: (appointment: Appointment, cellKey: string) => void,
  refused: () => void,
) {
  const { api } = useView()
  const patientFirst = usePatientFirst()
  const repeating = useRepeating()
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
    repeating.giveUp()
    target.value = null
    patient.value = null
    reason.value = ''
    error.value = null
  }
  onWipe(close)

  /** Another slot for the same patient and reason. */
  function take(opening: Opening) {
    target.value = opening
    error.value = null
  }

  async function book(): Promise<void> {
    if (!target.value || !patient.value || repeating.busy.value) return
    const { doctorId, specialty, startsAt } = target.value
    const hospital = hospitalId.value!
    error.value = null
    try {
      const booked = await repeating.send(
        {
          ...(doctorId ? { doctorId } : {}),
          ...(!doctorId && specialty ? { specialty } : {}),
          patientId: patient.value.id,
          startsAt,
          reason: reason.value.trim(),
        },
        async (input, key) => (await api()).bookAppointment(hospital, input, key),
      )
      const key = slotKey(booked.doctorId, booked.startsAt)
      close()
      done(booked, key)
    } catch (problem) {
      error.value = toApiError(problem)
      refused()
    }
  }
  return { target, patient, reason, error, cellKey, repeating, open, close, take, book }
}
export type BookingFlow = ReturnType<typeof useBooking>
