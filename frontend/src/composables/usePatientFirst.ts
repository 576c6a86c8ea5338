// The patient for whom a slot is being hunted; stays through days, doctors and views.
import { shallowRef } from 'vue'

import type { Patient } from '../api'
import { t } from '../i18n'
import { announce } from './useAnnouncer'
import { onWipe } from './useSession'

const chosen = shallowRef<Patient | null>(null)
onWipe(() => (chosen.value = null))

function choose(patient: Patient) {
  chosen.value = patient
  announce(t('said.chosen', { name: patient.name }))
}
function drop() {
  announce(t('said.dropped', { name: chosen.value?.name }))
  chosen.value = null
}
export function usePatientFirst() {
  return { chosen, choose, drop }
}
