// One appointment with its history, and the patient's other ones.
import { computed, type Ref } from 'vue'

import type { Appointment } from '../api'
import { everyPage } from '../lib/pages'
import { useAsk } from './useAsk'
import { useLive } from './useLive'

export function useAppointment(id: Ref<number | null>) {
  const appointment = useAsk({
    what: 'appointment',
    question: () => id.value,
    ask: (api, hospital, of, options) => api.appointment(hospital, of, options),
  })
  const history = useAsk({
    what: 'history',
    question: () => id.value,
    ask: (api, hospital, of, options) => api.history(hospital, of, options),
  })
  const patientId = computed(() => appointment.data.value?.patient.id ?? null)
  const patient = useAsk({
    what: 'patient',
    question: () => patientId.value,
    ask: (api, hospital, of, options) => api.patient(hospital, of, options),
  })
  const visits = useVisits(patientId)
  // Others change it, too, while it is looked at.
  useLive(async () => {
    const before = appointment.data.value
    if (!before || id.value === null) return
    const { data } = await appointment.refetch({ cancelRefetch: false })
    if (data?.id === before.id && data.version !== before.version)
      await Promise.all([history.refetch(), visits.refetch()])
  })
  return { appointment, history, patient, visits }
}

/** Every appointment of a patient that the reader may see, in the order of time. */
export function useVisits(patientId: Ref<number | null>) {
  return useAsk({
    what: 'visits',
    question: () => patientId.value,
    ask: (api, hospital, of, options) =>
      everyPage((after) => api.appointments(hospital, { patientId: of }, after, options)),
  })
}

/**
 * The same in two: what is ahead, and what was or was cancelled, the latest first. Today's count as
 * ahead.
 */
export function useSortedVisits(patientId: Ref<number | null>, today: Ref<string>) {
  const asked = useVisits(patientId)
  const all = computed(() => asked.data.value ?? [])
  const ahead = ({ date, status }: Appointment) => date >= today.value && status !== 'cancelled'
  return {
    asked,
    upcoming: computed(() => all.value.filter(ahead)),
    past: computed(() => all.value.filter((one) => !ahead(one)).reverse()),
  }
}
