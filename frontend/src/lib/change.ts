// What somebody wants of an appointment.
import type { Appointment, AppointmentChanges } from '../api/types'

export type Change = AppointmentChanges | { cancel: string }

/** Whether an appointment is as the change wants it. */
export function bears(appointment: Appointment, change: Change): boolean {
  if ('cancel' in change) return appointment.status === 'cancelled'
  const { startsAt, ...others } = change
  if (startsAt && Date.parse(startsAt) !== Date.parse(appointment.startsAt)) return false
  return Object.entries(others).every(
    ([field, wanted]) => appointment[field as keyof typeof others] === wanted,
  )
}
