// The doctors on the board: from the address, else by specialty, else the last set, else a few.
// Whichever they are, the address names them as soon as they are shown.
import { computed, watchEffect } from 'vue'
import { useRoute } from 'vue-router'

import { MOST_DOCTORS } from '../lib/view'
import type { HospitalView } from './useHospital'
import { readStored, store } from './usePreferences'
import { useSession } from './useSession'
import { useView } from './useView'

const STORE = 'doctor-sets'
const USUAL = 6

export function useChosenDoctors(hospital: HospitalView) {
  const route = useRoute()
  const { view, show } = useView()
  const { me } = useSession()
  const key = computed(() => `${me.value?.id}|${hospital.id.value}`)

  const ids = computed<number[]>(() => {
    const known = (wanted: number[]) => wanted.filter((id) => hospital.doctor(id))
    if (!hospital.doctorsKnown.value) return view.value.doctors
    if (view.value.doctors.length) return known(view.value.doctors)
    const all = hospital.doctors.value
    if (view.value.specialty) {
      const same = all.filter(({ specialty }) => specialty === view.value.specialty)
      return same.map(({ id }) => id).slice(0, MOST_DOCTORS)
    }
    const last = known(readStored<Record<string, number[]>>(STORE)[key.value] ?? [])
    if (last.length) return last
    if (hospital.ownDoctor.value) return [hospital.ownDoctor.value]
    return all.slice(0, USUAL).map(({ id }) => id)
  })

  // Whoever is sent an address without doctors would see what their own browser remembers.
  watchEffect(() => {
    const { doctors, specialty } = view.value
    const named = doctors.length || specialty || !ids.value.length
    if (!named && route.name === 'board') void show({ doctors: ids.value }, 'replace')
  })

  /** Remembered is what the reader chose, not what a link to somebody's day shows. */
  function choose(doctors: number[], how: 'push' | 'replace' = 'push') {
    if (doctors.length) store(STORE, { ...readStored(STORE), [key.value]: doctors })
    return show({ doctors, specialty: null }, how)
  }
  return {
    ids,
    choose,
    add: (more: number[]) => choose([...new Set([...ids.value, ...more])].slice(0, MOST_DOCTORS)),
    remove: (id: number) => choose(ids.value.filter((one) => one !== id)),
  }
}
