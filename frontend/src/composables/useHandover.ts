// An appointment that another page hands to the board to be moved, and where to go back to.
// In memory: nothing of it may stand in an address.
import { shallowRef } from 'vue'

import type { Appointment } from '../api'
import { onWipe } from './useSession'

const handed = shallowRef<Appointment | null>(null)
const back = shallowRef<string | null>(null)
onWipe(() => {
  handed.value = null
  back.value = null
})

export function passToBoard(appointment: Appointment, from: string): void {
  handed.value = appointment
  back.value = from
}
/** What was handed over, once. */
export function takeHanded(): Appointment | null {
  const appointment = handed.value
  handed.value = null
  return appointment
}
/** Where the move began; asked for once it is done. */
export function takeWayBack(): string | null {
  const path = back.value
  back.value = null
  return path
}
