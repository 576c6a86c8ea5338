// The contract over REST.
import createClient from 'openapi-fetch'

import { camelized, camelWord, snaked } from './cases'
import { ApiError, type FieldError, isAbort, noAnswer, type Problem } from './errors'
import type { components, paths } from './generated/rest'
import { retryAfter, send } from './send'
import type { Api, CallName, CallOptions, DoctorDay } from './types'

type Schemas = components['schemas']
type Raw = { data?: unknown; error?: unknown; response: Response }

// ETags of the app's own, because the answers must never lie in the browser's cache.
const MOST_KEPT = 200
const kept = new Map<string, { etag: string; value: unknown }>()

export function forgetAnswers(): void {
  kept.clear()
}

function problem(body: unknown, response: Response): ApiError {
  const said = camelized((body ?? {}) as Record<string, unknown>) as Partial<Problem> & {
    errors?: FieldError[]
  }
  if (!said.code) {
    return new ApiError({ code: 'unreadable', detail: `${response.status} ${response.statusText}` })
  }
  const fields = said.errors?.map((error) => ({ ...error, field: camelWord(error.field) })) ?? []
  return new ApiError({ ...(said as Problem), fields, ...retryAfter(response) })
}

export function createRestApi(): Api {
  const client = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin' })

  /** What every call bears: how it is sent and measured. */
  function via(label: CallName, options?: CallOptions) {
    return {
      cache: 'no-store' as const,
      ...(options?.signal ? { signal: options.signal } : {}),
      fetch: async (request: Request) => {
        const known = options?.fresh ? undefined : kept.get(request.url)
        if (request.method === 'GET' && known) request.headers.set('If-None-Match', known.etag)
        const reads = request.method === 'GET'
        const body = reads ? null : await request.clone().text()
        return send(request, { api: 'rest', label, kind: reads ? 'read' : 'write', options, body })
      },
    }
  }

  async function read<D, V>(
    call: Promise<{ data?: D; error?: unknown; response: Response }>,
    view: (data: D) => V,
  ): Promise<V> {
    const { data, error, response } = await answered(call)
    const known = kept.get(response.url)
    if (response.status === 304 && known) return known.value as V
    if (!response.ok) throw problem(error, response)
    const value = view(data as D)
    const etag = response.headers.get('ETag')
    if (etag) {
      kept.delete(response.url)
      kept.set(response.url, { etag, value })
      const oldest = kept.keys().next().value
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    }
    return value
  }

  async function write<D, V>(
    call: Promise<{ data?: D; error?: unknown; response: Response }>,
    view: (data: D) => V,
  ): Promise<V> {
    const { data, error, response } = await answered(call)
    if (!response.ok) throw problem(error, response)
    return view(data as D)
  }

  async function answered<R extends Raw>(call: Promise<R>): Promise<R> {
    try {
      return await call
    } catch (error) {
      if (error instanceof ApiError || isAbort(error)) throw error
      // A body that breaks off, or is no JSON.
      throw noAnswer(error)
    }
  }

  function page<T>(data: { results: T[]; next: string | null }) {
    return { items: camelized(data.results), next: data.next }
  }
  const results = <T>(data: { results: T[] }) => camelized(data.results)
  const nothing = () => undefined

  /** A next page has an address of its own, whose query is taken over. */
  function asked<Q extends object>(question: Q, after?: string | null): Q {
    if (!after) return question
    return Object.fromEntries(new URL(after).searchParams) as unknown as Q
  }
  const tagged = (version: number) => ({ 'If-Match': `"${version}"` })

  const root = '/api/v1/hospitals/{hospital_id}'
  return {
    name: 'rest',
    me: (options) => read(client.GET('/api/v1/me', via('me', options)), camelized),
    changePassword: (current, next) =>
      write(
        client.POST('/api/v1/me/password', {
          body: { current, new: next },
          ...via('changePassword'),
        }),
        nothing,
      ),

    hospitals: (question, after, options) =>
      read(
        client.GET('/api/v1/hospitals', {
          params: { query: asked({ ...question, page_size: 50 }, after) },
          ...via('hospitals', options),
        }),
        page,
      ),
    hospital: (hospital_id, options) =>
      read(
        client.GET(root, { params: { path: { hospital_id } }, ...via('hospital', options) }),
        camelized,
      ),
    createHospital: (input) =>
      write(client.POST('/api/v1/hospitals', { body: input, ...via('createHospital') }), camelized),
    updateHospital: (hospital_id, version, changes) =>
      write(
        client.PATCH(root, {
          params: { path: { hospital_id }, header: tagged(version) },
          body: changes,
          ...via('updateHospital'),
        }),
        camelized,
      ),

    members: (hospital_id, after, options) =>
      read(
        client.GET(`${root}/members`, {
          params: { path: { hospital_id }, query: asked({ page_size: 200 }, after) },
          ...via('members', options),
        }),
        page,
      ),
    addMember: (hospital_id, input) =>
      write(
        client.POST(`${root}/members`, {
          params: { path: { hospital_id } },
          body: snaked(input),
          ...via('addMember'),
        }),
        camelized,
      ),
    changeMember: (hospital_id, member_id, changes) =>
      write(
        client.PATCH(`${root}/members/{member_id}`, {
          params: { path: { hospital_id, member_id } },
          body: snaked(changes),
          ...via('changeMember'),
        }),
        camelized,
      ),
    removeMember: (hospital_id, member_id) =>
      write(
        client.DELETE(`${root}/members/{member_id}`, {
          params: { path: { hospital_id, member_id } },
          ...via('removeMember'),
        }),
        nothing,
      ),

    doctors: (hospital_id, question, after, options) =>
      read(
        client.GET(`${root}/doctors`, {
          params: {
            path: { hospital_id },
            query: asked({ ...snaked(question), page_size: 200 }, after),
          },
          ...via('doctors', options),
        }),
        page,
      ),
    createDoctor: (hospital_id, input) =>
      write(
        client.POST(`${root}/doctors`, {
          params: { path: { hospital_id } },
          body: input,
          ...via('createDoctor'),
        }),
        camelized,
      ),
    updateDoctor: (hospital_id, doctor_id, version, changes) =>
      write(
        client.PATCH(`${root}/doctors/{doctor_id}`, {
          params: { path: { hospital_id, doctor_id }, header: tagged(version) },
          body: changes,
          ...via('updateDoctor'),
        }),
        camelized,
      ),
    specialties: (hospital_id, options) =>
      read(
        client.GET(`${root}/specialties`, {
          params: { path: { hospital_id } },
          ...via('specialties', options),
        }),
        results,
      ),

    schedules: (hospital_id, { doctorIds, from, to }, options) =>
      read(
        client.GET(`${root}/schedules`, {
          params: { path: { hospital_id }, query: { doctor: doctorIds.join(','), from, to } },
          querySerializer: plainCommas,
          ...via('schedules', options),
        }),
        ({ schedules }) => schedules.map(doctorDay),
      ),
    openings: (hospital_id, { doctorIds, ...question }, options) =>
      read(
        client.GET(`${root}/openings`, {
          params: {
            path: { hospital_id },
            query: {
              ...snaked(question),
              ...(doctorIds ? { doctor: doctorIds.join(',') } : {}),
            },
          },
          querySerializer: plainCommas,
          ...via('openings', options),
        }),
        results,
      ),
    availability: (hospital_id, doctor_id, range, options) =>
      read(
        client.GET(`${root}/doctors/{doctor_id}/availability`, {
          params: { path: { hospital_id, doctor_id }, query: range },
          ...via('availability', options),
        }),
        results,
      ),
    setAvailability: (hospital_id, doctor_id, days) =>
      write(
        client.PUT(`${root}/doctors/{doctor_id}/availability`, {
          params: { path: { hospital_id, doctor_id } },
          body: { days },
          ...via('setAvailability'),
        }),
        results,
      ),

    patients: (hospital_id, question, after, options) =>
      read(
        client.GET(`${root}/patients`, {
          params: { path: { hospital_id }, query: asked({ ...question, page_size: 20 }, after) },
          ...via('patients', options),
        }),
        page,
      ),
    patient: (hospital_id, patient_id, options) =>
      read(
        client.GET(`${root}/patients/{patient_id}`, {
          params: { path: { hospital_id, patient_id } },
          ...via('patient', options),
        }),
        camelized,
      ),
    createPatient: (hospital_id, input, idempotencyKey) =>
      write(
        client.POST(`${root}/patients`, {
          params: { path: { hospital_id }, header: { 'Idempotency-Key': idempotencyKey } },
          body: snaked(input),
          ...via('createPatient'),
        }),
        camelized,
      ),
    updatePatient: (hospital_id, patient_id, version, changes) =>
      write(
        client.PATCH(`${root}/patients/{patient_id}`, {
          params: { path: { hospital_id, patient_id }, header: tagged(version) },
          body: snaked(changes),
          ...via('updatePatient'),
        }),
        camelized,
      ),

    appointments: (hospital_id, { doctorId, patientId, ...question }, after, options) =>
      read(
        client.GET(`${root}/appointments`, {
          params: {
            path: { hospital_id },
            query: asked(
              {
                ...question,
                ...(doctorId ? { doctor: doctorId } : {}),
                ...(patientId ? { patient: patientId } : {}),
                page_size: 100,
              },
              after,
            ),
          },
          ...via('appointments', options),
        }),
        page,
      ),
    appointment: (hospital_id, appointment_id, options) =>
      read(
        client.GET(`${root}/appointments/{appointment_id}`, {
          params: { path: { hospital_id, appointment_id } },
          ...via('appointment', options),
        }),
        camelized,
      ),
    history: (hospital_id, appointment_id, options) =>
      read(
        client.GET(`${root}/appointments/{appointment_id}/history`, {
          params: { path: { hospital_id, appointment_id } },
          ...via('history', options),
        }),
        results,
      ),
    bookAppointment: (hospital_id, input, idempotencyKey) =>
      write(
        client.POST(`${root}/appointments`, {
          params: { path: { hospital_id }, header: { 'Idempotency-Key': idempotencyKey } },
          body: snaked(input),
          ...via('bookAppointment'),
        }),
        camelized,
      ),
    changeAppointment: (hospital_id, appointment_id, version, changes) =>
      write(
        client.PATCH(`${root}/appointments/{appointment_id}`, {
          params: { path: { hospital_id, appointment_id }, header: tagged(version) },
          body: snaked(changes),
          ...via('changeAppointment'),
        }),
        camelized,
      ),
    cancelAppointment: (hospital_id, appointment_id, version, reason) =>
      write(
        client.DELETE(`${root}/appointments/{appointment_id}`, {
          params: { path: { hospital_id, appointment_id }, header: tagged(version) },
          body: { reason },
          ...via('cancelAppointment'),
        }),
        camelized,
      ),
  } satisfies Api
}

function doctorDay(day: Schemas['DoctorDay']): DoctorDay {
  return {
    doctorId: day.doctor_id,
    date: day.date,
    slots: day.available_slots.map((slot) => ({
      time: slot.time,
      startsAt: slot.starts_at,
      duration: slot.duration,
      bookable: slot.bookable,
      ...(slot.appointment === undefined ? {} : { appointment: slot.appointment }),
    })),
  }
}

/** `doctor=1,2,3` as the contract writes it, not `1%2C2%2C3`. */
function plainCommas(query: Record<string, unknown>): string {
  return Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value)).replaceAll('%2C', ',')}`)
    .join('&')
}
