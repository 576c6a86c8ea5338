// Opening an appointment on the board from another page. Which one is kept in memory only.
import { shallowRef } from 'vue'

import type { Appointment } from '../api'
import { onWipe } from './useSession'
import { useView } from './useView'

const handed = shallowRef<Appointment | null>(null)
onWipe(() => (handed.value = null))

export function useOpening() {
  const { at } = useView()
  return {
    /** The board at that appointment's doctor and day. */
    boardAt: ({ doctorId, date }: Appointment) => at('/', { doctors: [doctorId], from: date }),
    /** What the board, once it is there, opens beside itself. */
    hand: (appointment: Appointment) => (handed.value = appointment),
    take: () => {
      const { value } = handed
      handed.value = null
      return value
    },
  }
}
