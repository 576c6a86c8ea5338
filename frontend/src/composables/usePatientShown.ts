// The patient whose page is open. In memory only: no address and no storage names a patient.
import { shallowRef } from 'vue'

import { onWipe } from './useSession'

const shown = shallowRef<number | null>(null)
onWipe(() => (shown.value = null))

export function usePatientShown() {
  return shown
}
