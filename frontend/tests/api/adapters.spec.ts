// One table of calls, two APIs: the same question, and the same answer for the app.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import persisted from '../../../api_graphql/persisted.json'
import { type Api, ApiError, forgetAnswers, getApi } from '../../src/api'
import type { ApiName } from '../../src/api/types'
import { asked, breakOff, refusal, type Reply, reply, server } from './wire'

interface Case {
  call: (api: Api) => Promise<unknown>
  rest: {
    asks: string
    body?: unknown
    header?: [string, string]
    answer: unknown
    status?: number
  }
  graphql: { asks: string; variables: unknown; answer: unknown }
  view: unknown
}
const restAppointment = {
  id: 5,
  hospital_id: 1,
  doctor_id: 101,
  patient: { id: 9, name: 'Maria Lopez' },
  starts_at: '2026-11-30T10:00:00-05:00',
  ends_at: '2026-11-30T11:00:00-05:00',
  date: '2026-11-30',
  time: '10:00',
  duration: 60,
  status: 'booked',
  reason: 'knee',
  version: 7,
}
const graphqlAppointment = {
  id: '5',
  hospitalId: '1',
  doctorId: '101',
  patient: { id: '9', name: 'Maria Lopez' },
  startsAt: '2026-11-30T10:00:00-05:00',
  endsAt: '2026-11-30T11:00:00-05:00',
  date: '2026-11-30',
  time: '10:00',
  duration: 60,
  status: 'BOOKED',
  reason: 'knee',
  version: 7,
}
const appointment = {
  ...graphqlAppointment,
  id: 5,
  hospitalId: 1,
  doctorId: 101,
  patient: { id: 9, name: 'Maria Lopez' },
  status: 'booked',
}
const slots = [
  { time: '09:00', startsAt: '2099-11-30T09:00:00-05:00', duration: 60, bookable: true },
  { time: '10:00', startsAt: '2099-11-30T10:00:00-05:00', duration: 60, bookable: false },
]

const CASES: Record<string, Case> = {
  me: {
    call: (api) => api.me(),
    rest: {
      asks: 'GET /api/v1/me',
      answer: {
        id: 3,
        email: 's@demo.test',
        name: 'S. Ito',
        is_superuser: false,
        memberships: [
          { hospital: { id: 1, name: 'R', timezone: 'UTC' }, role: 'doctor', doctor_id: 7 },
        ],
      },
    },
    graphql: {
      asks: 'me',
      variables: {},
      answer: {
        me: {
          id: '3',
          email: 's@demo.test',
          name: 'S. Ito',
          isSuperuser: false,
          memberships: [
            { hospital: { id: '1', name: 'R', timezone: 'UTC' }, role: 'DOCTOR', doctorId: '7' },
          ],
        },
      },
    },
    view: {
      id: 3,
      email: 's@demo.test',
      name: 'S. Ito',
      isSuperuser: false,
      memberships: [
        { hospital: { id: 1, name: 'R', timezone: 'UTC' }, role: 'doctor', doctorId: 7 },
      ],
    },
  },
  schedules: {
    call: (api) =>
      api.schedules(1, { doctorIds: [101, 102], from: '2099-11-30', to: '2099-11-30' }),
    rest: {
      asks: 'GET /api/v1/hospitals/1/schedules?doctor=101,102&from=2099-11-30&to=2099-11-30',
      answer: {
        schedules: [
          {
            doctor_id: 101,
            date: '2099-11-30',
            available_slots: slots.map(({ startsAt, ...slot }) => ({
              ...slot,
              starts_at: startsAt,
              ...(slot.bookable ? {} : { appointment: null }),
            })),
          },
        ],
      },
    },
    graphql: {
      asks: 'schedules',
      variables: { hospital: '1', doctorIds: ['101', '102'], from: '2099-11-30', to: '2099-11-30' },
      answer: {
        hospital: {
          schedules: [
            {
              doctor: { id: '101' },
              date: '2099-11-30',
              availableSlots: slots.map((slot) => ({ ...slot, appointment: null })),
            },
          ],
        },
      },
    },
    view: [
      { doctorId: 101, date: '2099-11-30', slots: [slots[0], { ...slots[1], appointment: null }] },
    ],
  },
  openings: {
    call: (api) =>
      api.openings(1, {
        from: '2026-11-30',
        to: '2026-12-04',
        doctorIds: [1, 2],
        timeFrom: '12:00',
        limit: 5,
      }),
    rest: {
      asks: 'GET /api/v1/hospitals/1/openings?from=2026-11-30&to=2026-12-04&time_from=12:00&limit=5&doctor=1,2',
      answer: {
        results: [
          {
            doctor_id: 2,
            date: '2026-11-30',
            time: '13:00',
            starts_at: '2026-11-30T13:00:00-05:00',
            duration: 60,
          },
        ],
      },
    },
    graphql: {
      asks: 'openings',
      variables: {
        hospital: '1',
        from: '2026-11-30',
        to: '2026-12-04',
        doctorIds: ['1', '2'],
        timeFrom: '12:00',
        limit: 5,
      },
      answer: {
        hospital: {
          openings: [
            {
              doctor: { id: '2' },
              date: '2026-11-30',
              time: '13:00',
              startsAt: '2026-11-30T13:00:00-05:00',
              duration: 60,
            },
          ],
        },
      },
    },
    view: [
      {
        doctorId: 2,
        date: '2026-11-30',
        time: '13:00',
        startsAt: '2026-11-30T13:00:00-05:00',
        duration: 60,
      },
    ],
  },
  appointments: {
    call: (api) => api.appointments(1, { patientId: 9, status: 'booked' }),
    rest: {
      asks: 'GET /api/v1/hospitals/1/appointments?status=booked&patient=9&page_size=100',
      answer: { results: [restAppointment], next: null, previous: null },
    },
    graphql: {
      asks: 'appointments',
      variables: { hospital: '1', patientId: '9', status: 'BOOKED', after: null },
      answer: {
        hospital: {
          appointments: {
            nodes: [graphqlAppointment],
            pageInfo: { hasNextPage: false, endCursor: 'x' },
          },
        },
      },
    },
    view: { items: [appointment], next: null },
  },
  book: {
    call: (api) =>
      api.bookAppointment(
        1,
        { doctorId: 101, patientId: 9, startsAt: '2026-11-30T10:00:00-05:00', reason: 'knee' },
        'key-1',
      ),
    rest: {
      asks: 'POST /api/v1/hospitals/1/appointments',
      body: {
        doctor_id: 101,
        patient_id: 9,
        starts_at: '2026-11-30T10:00:00-05:00',
        reason: 'knee',
      },
      header: ['Idempotency-Key', 'key-1'],
      status: 201,
      answer: restAppointment,
    },
    graphql: {
      asks: 'bookAppointment',
      variables: {
        input: {
          hospitalId: '1',
          doctorId: '101',
          patientId: '9',
          startsAt: '2026-11-30T10:00:00-05:00',
          reason: 'knee',
          idempotencyKey: 'key-1',
        },
      },
      answer: { bookAppointment: graphqlAppointment },
    },
    view: appointment,
  },
  change: {
    call: (api) => api.changeAppointment(1, 5, 6, { status: 'arrived' }),
    rest: {
      asks: 'PATCH /api/v1/hospitals/1/appointments/5',
      body: { status: 'arrived' },
      header: ['If-Match', '"6"'],
      answer: restAppointment,
    },
    graphql: {
      asks: 'changeAppointment',
      variables: { input: { hospitalId: '1', id: '5', expectedVersion: 6, status: 'ARRIVED' } },
      answer: { changeAppointment: graphqlAppointment },
    },
    view: appointment,
  },
  cancel: {
    call: (api) => api.cancelAppointment(1, 5, 6, 'ill'),
    rest: {
      asks: 'DELETE /api/v1/hospitals/1/appointments/5',
      body: { reason: 'ill' },
      header: ['If-Match', '"6"'],
      answer: restAppointment,
    },
    graphql: {
      asks: 'cancelAppointment',
      variables: { input: { hospitalId: '1', id: '5', expectedVersion: 6, reason: 'ill' } },
      answer: { cancelAppointment: graphqlAppointment },
    },
    view: appointment,
  },
  history: {
    call: (api) => api.history(1, 5),
    rest: {
      asks: 'GET /api/v1/hospitals/1/appointments/5/history',
      answer: {
        results: [
          {
            type: 'moved',
            at: '2026-11-03T14:02:00Z',
            by: { id: 3, name: 'S. Ito' },
            version: 2,
            changes: { starts_at: { from: 'a', to: 'b' } },
          },
        ],
      },
    },
    graphql: {
      asks: 'history',
      variables: { hospital: '1', appointment: '5' },
      answer: {
        hospital: {
          appointment: {
            history: [
              {
                type: 'MOVED',
                at: '2026-11-03T14:02:00Z',
                by: { id: '3', name: 'S. Ito' },
                version: 2,
                changes: { startsAt: { from: 'a', to: 'b' } },
              },
            ],
          },
        },
      },
    },
    view: [
      {
        type: 'moved',
        at: '2026-11-03T14:02:00Z',
        by: { id: 3, name: 'S. Ito' },
        version: 2,
        changes: { startsAt: { from: 'a', to: 'b' } },
      },
    ],
  },
  availability: {
    call: (api) =>
      api.setAvailability(1, 7, [
        { date: '2026-12-01', shifts: [{ start: '09:00', end: '12:00' }] },
      ]),
    rest: {
      asks: 'PUT /api/v1/hospitals/1/doctors/7/availability',
      body: { days: [{ date: '2026-12-01', shifts: [{ start: '09:00', end: '12:00' }] }] },
      answer: { results: [{ date: '2026-12-01', shifts: [{ start: '09:00', end: '12:00' }] }] },
    },
    graphql: {
      asks: 'setAvailability',
      variables: {
        input: {
          hospitalId: '1',
          doctorId: '7',
          days: [{ date: '2026-12-01', shifts: [{ start: '09:00', end: '12:00' }] }],
        },
      },
      answer: {
        setAvailability: [{ date: '2026-12-01', shifts: [{ start: '09:00', end: '12:00' }] }],
      },
    },
    view: [{ date: '2026-12-01', shifts: [{ start: '09:00', end: '12:00' }] }],
  },
  'availability of a range': {
    call: (api) => api.availability(1, 7, { from: '2026-12-01', to: '2026-12-07' }),
    rest: {
      asks: 'GET /api/v1/hospitals/1/doctors/7/availability?from=2026-12-01&to=2026-12-07',
      answer: { results: [{ date: '2026-12-01', shifts: [{ start: '18:00', end: '00:00' }] }] },
    },
    graphql: {
      asks: 'availability',
      variables: { hospital: '1', doctor: '7', from: '2026-12-01', to: '2026-12-07' },
      answer: {
        hospital: {
          doctor: {
            availability: [{ date: '2026-12-01', shifts: [{ start: '18:00', end: '00:00' }] }],
          },
        },
      },
    },
    view: [{ date: '2026-12-01', shifts: [{ start: '18:00', end: '00:00' }] }],
  },
  'add a member': {
    call: (api) => api.addMember(1, { email: 'n@demo.test', role: 'doctor', doctorId: 7 }),
    rest: {
      asks: 'POST /api/v1/hospitals/1/members',
      body: { email: 'n@demo.test', role: 'doctor', doctor_id: 7 },
      status: 201,
      answer: {
        id: 4,
        user: { id: 8, email: 'n@demo.test', name: 'N' },
        role: 'doctor',
        doctor_id: 7,
      },
    },
    graphql: {
      asks: 'addMember',
      variables: {
        input: { hospitalId: '1', email: 'n@demo.test', role: 'DOCTOR', doctorId: '7' },
      },
      answer: {
        addMember: {
          id: '4',
          user: { id: '8', email: 'n@demo.test', name: 'N' },
          role: 'DOCTOR',
          doctorId: '7',
        },
      },
    },
    view: { id: 4, user: { id: 8, email: 'n@demo.test', name: 'N' }, role: 'doctor', doctorId: 7 },
  },
}

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => {
  server.resetHandlers()
  asked.length = 0
  forgetAnswers()
})
afterAll(() => server.close())

const both = ['rest', 'graphql'] as const
async function refused(name: ApiName, ...replies: Reply[]): Promise<ApiError> {
  reply(...replies)
  const api = await getApi(name)
  const error = await api.appointment(1, 5).then(
    () => null,
    (problem) => problem,
  )
  expect(error).toBeInstanceOf(ApiError)
  return error as ApiError
}

describe.each(Object.entries(CASES))('%s', (_, { call, rest, graphql, view }) => {
  it('over REST', async () => {
    reply({ status: rest.status ?? 200, body: rest.answer })
    expect(await call(await getApi('rest'))).toEqual(view)
    const [request] = asked
    const path = decodeURIComponent(request!.path)
    expect(`${request!.method} ${path}`).toBe(rest.asks)
    expect(request!.body).toEqual(rest.body ?? null)
    if (rest.header) expect(request!.headers.get(rest.header[0])).toBe(rest.header[1])
  })
  it('over GraphQL', async () => {
    reply({ body: { data: graphql.answer } })
    expect(await call(await getApi('graphql'))).toEqual(view)
    const body = asked[0]!.body as {
      operationName: string
      variables: unknown
      extensions: { persistedQuery: { sha256Hash: string } }
    }
    expect(asked[0]!.path).toBe('/graphql/')
    expect(body.operationName).toBe(graphql.asks)
    expect(body.variables).toEqual(graphql.variables)
    expect(persisted).toHaveProperty(body.extensions.persistedQuery.sha256Hash)
  })
})

describe.each(both)('a refusal over %s', (name) => {
  const wire = name === 'rest' ? restAppointment : graphqlAppointment

  it('bears its code and sentence', async () => {
    const error = await refused(name, refusal(name, 403, 'permission_denied'))
    expect(error).toMatchObject({
      code: 'permission_denied',
      detail: 'Refused: permission_denied.',
    })
  })
  it('bears what the appointment is now', async () => {
    const error = await refused(name, refusal(name, 412, 'version_conflict', { current: wire }))
    expect(error.current).toEqual(appointment)
  })
  it('bears alternatives', async () => {
    const at = { date: '2026-11-30', time: '11:00', duration: 60 }
    const startsAt = '2026-11-30T11:00:00-05:00'
    const one =
      name === 'rest'
        ? { doctor_id: 101, starts_at: startsAt, ...at }
        : { doctorId: '101', startsAt, ...at }
    const error = await refused(name, refusal(name, 409, 'slot_taken', { alternatives: [one] }))
    expect(error.alternatives).toEqual([{ doctorId: 101, startsAt, ...at }])
  })
  it('bears the appointments in the way', async () => {
    const facts = { appointments: [wire] }
    const error = await refused(name, refusal(name, 409, 'availability_in_use', facts))
    expect(error.appointments).toEqual([appointment])
  })
  it('names fields as the forms do', async () => {
    const field = name === 'rest' ? 'date_of_birth' : 'input.dateOfBirth'
    const errors = [{ field, code: 'required', detail: 'Say when.' }]
    const error = await refused(name, refusal(name, 400, 'invalid', { errors }))
    expect(error.fields).toEqual([{ field: 'dateOfBirth', code: 'required', detail: 'Say when.' }])
  })
  it('says when to come back', async () => {
    const busy = refusal(name, 429, 'throttled', name === 'rest' ? {} : { retryAfter: 3 })
    const error = await refused(name, { ...busy, headers: { 'Retry-After': '3' } })
    expect(error.retryAfter).toBe(3)
    expect(error.passing).toBe(true)
    expect(error.uncertain).toBe(false)
  })
  it('is uncertain when the commit broke off, or nothing came back', async () => {
    const broken = refusal(name, 503, 'unavailable', { outcome: 'unknown' })
    expect((await refused(name, broken)).uncertain).toBe(true)
    server.resetHandlers()
    breakOff()
    const lost = await (await getApi(name)).me().catch((problem) => problem)
    expect(lost).toMatchObject({ code: 'no_answer', uncertain: true, passing: true })
  })
  it('renews the token once, unseen', async () => {
    const first = refusal(name, 401, 'not_authenticated')
    const answer = name === 'rest' ? wire : { data: { hospital: { appointment: wire } } }
    reply({ ...first, status: 401 }, { body: { access: 'new', refresh: null } }, { body: answer })
    expect(await (await getApi(name)).appointment(1, 5)).toEqual(appointment)
    expect(asked.map(({ path }) => path)[1]).toBe('/api/v1/auth/token/refresh')
    expect(asked[2]!.headers.get('Authorization')).toBe('Bearer new')
  })
})

describe('conditional requests over REST', () => {
  it('ask with the last ETag, and take a 304 for the same answer', async () => {
    reply(
      { headers: { ETag: '"7"' }, body: restAppointment },
      { status: 304, headers: { ETag: '"7"' }, body: null },
    )
    const api = await getApi('rest')
    const first = await api.appointment(1, 5)
    expect(await api.appointment(1, 5)).toBe(first)
    expect(asked[0]!.headers.get('If-None-Match')).toBeNull()
    expect(asked[1]!.headers.get('If-None-Match')).toBe('"7"')
  })
  it('ask afresh when told to, and after the answers were forgotten', async () => {
    reply({ headers: { ETag: '"7"' }, body: restAppointment })
    const api = await getApi('rest')
    await api.appointment(1, 5)
    await api.appointment(1, 5, { fresh: true })
    forgetAnswers()
    await api.appointment(1, 5)
    expect(asked.map(({ headers }) => headers.get('If-None-Match'))).toEqual([null, null, null])
  })
})
