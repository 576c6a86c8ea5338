// Move mode: one appointment is in hand, the board shows where it can go.
import { computed, ref, shallowRef } from 'vue'

import type { Appointment } from '../api'
import { type Cell, slotKey } from '../lib/grid'
import type { ChangeFlow } from './useChange'
import { onWipe } from './useSession'

export function useMove(
  change: ChangeFlow,
  done: (moved: Appointment) => void,
  /** It was refused after the mode had been left. */
  refusedLate: (appointment: Appointment) => void,
) {
  const inHand = shallowRef<Appointment | null>(null)
  const target = shallowRef<Cell | null>(null)
  /** Held with the mouse: nothing on the page may move under it. */
  const dragged = ref(false)
  /** Where it was dropped last. */
  let tried: Cell | null = null
  onWipe(() => {
    inHand.value = null
    target.value = null
  })

  function take(appointment: Appointment, byMouse = false) {
    inHand.value = appointment
    dragged.value = byMouse
    change.forget()
  }
  function leave() {
    inHand.value = null
    // What was sent is settled where it was dropped, looked at or not.
    if (!change.busy.value) target.value = null
  }
  async function drop(cell: Cell): Promise<void> {
    const appointment = inHand.value
    if (!appointment || cell.kind !== 'free' || target.value) return
    target.value = tried = cell
    const moved = await change.apply(appointment, {
      startsAt: cell.startsAt!,
      ...(cell.doctorId === appointment.doctorId ? {} : { doctorId: cell.doctorId }),
    })
    target.value = null
    if (moved) {
      leave()
      done(moved)
    } else if (!inHand.value && !change.conflict.value) refusedLate(appointment)
  }
  const fromKey = computed(() =>
    inHand.value ? slotKey(inHand.value.doctorId, inHand.value.startsAt) : null,
  )
  const targetKey = computed(() => target.value?.key ?? null)
  return {
    inHand,
    dragged,
    fromKey,
    targetKey,
    take,
    leave,
    drop,
    again: () => tried && drop(tried),
  }
}
export type MoveFlow = ReturnType<typeof useMove>
