// What others did to an appointment while it was being changed here.
import { computed } from 'vue'

import { useAppointment } from './useAppointment'
import type { ChangeFlow } from './useChange'

export function useSince({ conflict }: ChangeFlow) {
  const { history } = useAppointment(computed(() => conflict.value?.theirs.id ?? null))
  return computed(() => {
    const seen = conflict.value?.seen.version ?? 0
    return history.data.value?.filter(({ version }) => version > seen) ?? []
  })
}
