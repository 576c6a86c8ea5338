// The contract over GraphQL.
import * as ask from './documents'
import { ApiError } from './errors'
import { ask as run } from './graphql-client'
import {
  appointmentOf,
  lower,
  memberOf,
  number,
  numberOrNull,
  openingOf,
  plainOf,
  upper,
} from './graphql-views'
import { serverNow } from './server-clock'
import type { Api, DoctorDay, Page, Role, Slot } from './types'

const id = (one: number) => String(one)
const ids = (many: number[]) => many.map(String)

/** A look-up that found nothing throws; what is `null` without an error would be a fault. */
function found<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) {
    throw new ApiError({ code: 'not_found', detail: '' })
  }
  return value
}

function page<R, T>(
  connection: { nodes: R[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } },
  view: (row: R) => T,
): Page<T> {
  const { nodes, pageInfo } = connection
  return { items: nodes.map(view), next: pageInfo.hasNextPage ? pageInfo.endCursor : null }
}

/** An id where one is given; `null` and "not said" differ. */
const optionalId = (one: number | null | undefined) =>
  one === undefined ? {} : { doctorId: one === null ? null : id(one) }

export function createGraphQLApi(): Api {
  return {
    name: 'graphql',
    async me(options) {
      const { me } = await run(ask.me, {}, options)
      return {
        ...plainOf(me),
        memberships: me.memberships.map(({ hospital, role, doctorId }) => ({
          hospital: plainOf(hospital),
          role: lower(role) as Role,
          doctorId: numberOrNull(doctorId),
        })),
      }
    },
    async changePassword(current, next) {
      await run(ask.changePassword, { current, new: next })
    },

    async hospitals({ search }, after, options) {
      const variables = { search: search ?? null, after: after ?? null }
      return page((await run(ask.hospitals, variables, options)).hospitals, plainOf)
    },
    async hospital(hospital, options) {
      const answer = await run(ask.hospital, { hospital: id(hospital) }, options)
      return plainOf(found(answer.hospital))
    },
    async createHospital(input) {
      return plainOf(found((await run(ask.createHospital, { input })).createHospital))
    },
    async updateHospital(hospital, expectedVersion, changes) {
      const input = { hospitalId: id(hospital), expectedVersion, ...changes }
      return plainOf(found((await run(ask.updateHospital, { input })).updateHospital))
    },

    async members(hospital, after, options) {
      const variables = { hospital: id(hospital), after: after ?? null }
      const answer = await run(ask.members, variables, options)
      return page(found(answer.hospital).members, memberOf)
    },
    async addMember(hospital, { role, doctorId, ...rest }) {
      const input = {
        hospitalId: id(hospital),
        role: upper(role),
        ...optionalId(doctorId),
        ...rest,
      }
      return memberOf(found((await run(ask.addMember, { input })).addMember))
    },
    async changeMember(hospital, member, { role, doctorId }) {
      const input = {
        hospitalId: id(hospital),
        id: id(member),
        role: upper(role),
        ...optionalId(doctorId),
      }
      return memberOf(found((await run(ask.changeMember, { input })).changeMember))
    },
    async removeMember(hospital, member) {
      await run(ask.removeMember, { input: { hospitalId: id(hospital), id: id(member) } })
    },

    async doctors(hospital, question, after, options) {
      const variables = { hospital: id(hospital), ...question, after: after ?? null }
      const answer = await run(ask.doctors, variables, options)
      return page(found(answer.hospital).doctors, plainOf)
    },
    async createDoctor(hospital, input) {
      const answer = await run(ask.createDoctor, { input: { hospitalId: id(hospital), ...input } })
      return plainOf(found(answer.createDoctor))
    },
    async updateDoctor(hospital, doctor, expectedVersion, changes) {
      const input = { hospitalId: id(hospital), id: id(doctor), expectedVersion, ...changes }
      return plainOf(found((await run(ask.updateDoctor, { input })).updateDoctor))
    },
    async specialties(hospital, options) {
      const answer = await run(ask.specialties, { hospital: id(hospital) }, options)
      return found(answer.hospital).specialties
    },

    async schedules(hospital, { doctorIds, from, to }, options) {
      const variables = { hospital: id(hospital), doctorIds: ids(doctorIds), from, to }
      const answer = await run(ask.schedules, variables, options)
      const now = serverNow()
      return found(answer.hospital).schedules.map<DoctorDay>((day) => ({
        doctorId: Number(day.doctor.id),
        date: day.date,
        slots: day.availableSlots.map((slot) => slotOf(slot, now)),
      }))
    },
    async openings(hospital, { doctorIds, ...question }, options) {
      const variables = {
        hospital: id(hospital),
        ...question,
        ...(doctorIds ? { doctorIds: ids(doctorIds) } : {}),
      }
      return found((await run(ask.openings, variables, options)).hospital).openings.map(openingOf)
    },
    async availability(hospital, doctor, range, options) {
      const variables = { hospital: id(hospital), doctor: id(doctor), ...range }
      const answer = await run(ask.availability, variables, options)
      return found(found(answer.hospital).doctor).availability
    },
    async setAvailability(hospital, doctor, days) {
      const input = { hospitalId: id(hospital), doctorId: id(doctor), days }
      return found((await run(ask.setAvailability, { input })).setAvailability)
    },

    async patients(hospital, { search }, after, options) {
      const variables = { hospital: id(hospital), search, after: after ?? null }
      const answer = await run(ask.patients, variables, options)
      return page(found(answer.hospital).patients, plainOf)
    },
    async patient(hospital, patient, options) {
      const variables = { hospital: id(hospital), patient: id(patient) }
      const answer = await run(ask.patient, variables, options)
      return plainOf(found(found(answer.hospital).patient))
    },
    async createPatient(hospital, input, idempotencyKey) {
      const all = { hospitalId: id(hospital), ...input, idempotencyKey }
      return plainOf(found((await run(ask.createPatient, { input: all })).createPatient))
    },
    async updatePatient(hospital, patient, expectedVersion, changes) {
      const input = { hospitalId: id(hospital), id: id(patient), expectedVersion, ...changes }
      return plainOf(found((await run(ask.updatePatient, { input })).updatePatient))
    },

    async appointments(hospital, { doctorId, patientId, status, ...range }, after, options) {
      const variables = {
        hospital: id(hospital),
        ...range,
        ...optionalId(doctorId),
        ...(patientId === undefined ? {} : { patientId: id(patientId) }),
        ...(status ? { status: upper(status) } : {}),
        after: after ?? null,
      }
      const answer = await run(ask.appointments, variables, options)
      return page(found(answer.hospital).appointments, appointmentOf)
    },
    async appointment(hospital, appointment, options) {
      const variables = { hospital: id(hospital), appointment: id(appointment) }
      const answer = await run(ask.appointment, variables, options)
      return appointmentOf(found(found(answer.hospital).appointment))
    },
    async history(hospital, appointment, options) {
      const variables = { hospital: id(hospital), appointment: id(appointment) }
      const answer = await run(ask.history, variables, options)
      return found(found(answer.hospital).appointment).history.map((entry) => ({
        ...entry,
        type: lower(entry.type),
        by: { ...entry.by, id: number(entry.by.id) },
      }))
    },
    async bookAppointment(hospital, { doctorId, patientId, ...rest }, idempotencyKey) {
      const input = {
        hospitalId: id(hospital),
        ...optionalId(doctorId),
        patientId: id(patientId),
        ...rest,
        idempotencyKey,
      }
      return appointmentOf(found((await run(ask.bookAppointment, { input })).bookAppointment))
    },
    async changeAppointment(hospital, appointment, expectedVersion, changes) {
      const { doctorId, status, ...rest } = changes
      const input = {
        hospitalId: id(hospital),
        id: id(appointment),
        expectedVersion,
        ...optionalId(doctorId),
        ...(status ? { status: upper(status) } : {}),
        ...rest,
      }
      return appointmentOf(found((await run(ask.changeAppointment, { input })).changeAppointment))
    },
    async cancelAppointment(hospital, appointment, expectedVersion, reason) {
      const input = { hospitalId: id(hospital), id: id(appointment), expectedVersion, reason }
      return appointmentOf(found((await run(ask.cancelAppointment, { input })).cancelAppointment))
    },
  }
}

type RawSlot = Omit<Slot, 'appointment'> & {
  appointment: {
    id: string
    patient: { id: string; name: string }
    status: 'BOOKED' | 'ARRIVED' | 'FULFILLED' | 'NOSHOW' | 'CANCELLED'
    version: number
  } | null
}

/**
 * Here `null` says both "nothing" and "not for you". A slot that has not begun and can't be
 * booked is filled; of one that has begun nobody can tell.
 */
function slotOf({ appointment, ...slot }: RawSlot, now: number): Slot {
  if (appointment) {
    const { patient, status } = appointment
    return {
      ...slot,
      appointment: { ...plainOf(appointment), patient: plainOf(patient), status: lower(status) },
    }
  }
  const filled = !slot.bookable && Date.parse(slot.startsAt) > now
  return filled ? { ...slot, appointment: null } : slot
}
