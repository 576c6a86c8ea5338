// GraphQL's values as the app's: ids are numbers, enums are lower-case.
import type { Appointment, Opening, Role, Status } from './types'

/** What a refusal bears is not in the schema; its fields are those of the types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- read field by field, right here
export type Raw = Record<string, any>

export const number = (id: string | null): number => Number(id)
export const numberOrNull = (id: string | null): number | null => (id === null ? null : Number(id))
export const lower = <S extends string>(word: S) => word.toLowerCase() as Lowercase<S>
export const upper = <S extends string>(word: S) => word.toUpperCase() as Uppercase<S>

/** A row without inner ones: only its id needs a change. */
export function plainOf<R extends { id: string }>(row: R): Omit<R, 'id'> & { id: number } {
  return { ...row, id: Number(row.id) }
}

export function appointmentOf(row: Raw): Appointment {
  return {
    id: Number(row.id),
    hospitalId: Number(row.hospitalId),
    doctorId: Number(row.doctorId),
    patient: { id: Number(row.patient.id), name: row.patient.name },
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    date: row.date,
    time: row.time,
    duration: row.duration,
    status: lower(row.status) as Status,
    reason: row.reason,
    version: row.version,
  }
}

export function openingOf(row: Raw): Opening {
  return {
    doctorId: Number(row.doctorId ?? row.doctor.id),
    date: row.date,
    time: row.time,
    startsAt: row.startsAt,
    duration: row.duration,
  }
}

export function memberOf<
  R extends {
    id: string
    user: { id: string; email: string; name: string }
    role: string
    doctorId: string | null
  },
>(row: R) {
  return {
    id: Number(row.id),
    user: { ...row.user, id: Number(row.user.id) },
    role: lower(row.role) as Role,
    doctorId: numberOrNull(row.doctorId),
  }
}
