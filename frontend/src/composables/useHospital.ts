// The hospital in the address: its facts, its doctors, and what the reader may do there.
import { computed, watchEffect } from 'vue'

import type { HospitalFacts } from '../api'
import { everyPage } from '../lib/pages'
import { useAsk } from './useAsk'
import { useSession } from './useSession'
import { useView } from './useView'
import { hospitalZone } from './useWords'

function useDoctors(which: 'active' | 'inactive') {
  return useAsk({
    what: 'doctors',
    question: () => which,
    ask: (api, hospital, of, options) =>
      everyPage((after) => api.doctors(hospital, { active: of === 'active' }, after, options)),
    staleTime: 60_000,
  })
}
/** The inactive ones too, by name. */
export function useEveryDoctor() {
  const asked = [useDoctors('active'), useDoctors('inactive')]
  return computed(() =>
    asked.flatMap(({ data }) => data.value ?? []).sort((a, b) => a.name.localeCompare(b.name)),
  )
}

export function useHospital() {
  const { view } = useView()
  const { me, roleIn, doctorIn } = useSession()
  const id = computed(() => view.value.hospital)
  const own = computed(
    () => me.value?.memberships.find(({ hospital }) => hospital.id === id.value)?.hospital ?? null,
  )
  const asked = useAsk({
    what: 'hospital',
    question: () => 'itself',
    ask: (api, hospital, _, options) => api.hospital(hospital, options),
    staleTime: 60_000,
  })
  const facts = computed<HospitalFacts | null>(() => asked.data.value ?? own.value)
  watchEffect(() => facts.value && (hospitalZone.value = facts.value.timezone))
  const doctorsAsked = useDoctors('active')
  const doctors = computed(() => doctorsAsked.data.value ?? [])
  const byId = computed(() => new Map(doctors.value.map((doctor) => [doctor.id, doctor])))
  const role = computed(() => roleIn(id.value))

  return {
    id,
    facts,
    full: asked.data,
    error: computed(() => asked.error.value ?? doctorsAsked.error.value),
    retry: () => Promise.all([asked.refetch(), doctorsAsked.refetch()]),
    doctors,
    doctorsKnown: computed(() => doctorsAsked.data.value !== undefined),
    doctor: (doctorId: number) => byId.value.get(doctorId) ?? null,
    specialties: computed(() => [...new Set(doctors.value.map((one) => one.specialty))].sort()),
    role,
    ownDoctor: computed(() => (role.value === 'doctor' ? doctorIn(id.value) : null)),
    isAdmin: computed(() => role.value === 'admin'),
  }
}
export type HospitalView = ReturnType<typeof useHospital>
