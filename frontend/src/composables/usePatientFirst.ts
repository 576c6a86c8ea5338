// The patient for whom a slot is being hunted; stays through days, doctors and views.
import { shallowRef } from 'vue'

import type { Patient } from '../api'
import { onWipe } from './useSession'

const chosen = shallowRef<Patient | null>(null)
onWipe(() => (chosen.value = null))

export function usePatientFirst() {
  return {
    chosen,
    choose: (patient: Patient) => (chosen.value = patient),
    drop: () => (chosen.value = null),
  }
}
