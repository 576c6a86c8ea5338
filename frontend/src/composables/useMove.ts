// Move mode: one appointment is in hand, the board shows where it can go.
import { computed, shallowRef } from 'vue'

import type { Appointment } from '../api'
import type { Cell } from '../lib/grid'
import type { ChangeFlow } from './useChange'
import { onWipe } from './useSession'

export function useMove(change: ChangeFlow, done: (moved: Appointment) => void) {
  const inHand = shallowRef<Appointment | null>(null)
  const target = shallowRef<Cell | null>(null)
  onWipe(leave)

  function take(appointment: Appointment) {
    inHand.value = appointment
    change.forget()
  }
  function leave() {
    inHand.value = null
    target.value = null
  }
  async function drop(cell: Cell): Promise<void> {
    const appointment = inHand.value
    if (!appointment || cell.kind !== 'free' || target.value) return
    target.value = cell
    const moved = await change.apply(appointment, {
      startsAt: cell.startsAt!,
      ...(cell.doctorId === appointment.doctorId ? {} : { doctorId: cell.doctorId }),
    })
    target.value = null
    if (moved) {
      leave()
      done(moved)
    }
  }
  return { inHand, targetKey: computed(() => target.value?.key ?? null), take, leave, drop }
}
export type MoveFlow = ReturnType<typeof useMove>
