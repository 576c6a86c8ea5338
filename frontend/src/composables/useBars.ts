// Free slots that can't be had: for a doctor their colleagues', on a move those that the shifts
// which wait to be saved leave out.
import { computed, type Ref } from 'vue'

import type { Appointment } from '../api'
import type { Bar } from '../lib/grid'
import type { HospitalView } from './useHospital'
import { leavingOut, waitingDraft } from './useShiftDraft'

export function useBars(hospital: HospitalView, moving: Ref<Appointment | null>) {
  return computed<Bar>(() => {
    const isDoctor = hospital.role.value === 'doctor'
    const own = hospital.ownDoctor.value
    const draft = moving.value && waitingDraft(hospital.id.value)
    const leavesOut = draft && leavingOut(draft)
    return (place) => {
      if (isDoctor && place.doctorId !== own) return 'colleague'
      return leavesOut?.(place) ? 'draft' : undefined
    }
  })
}
