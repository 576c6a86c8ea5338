// The calls of both APIs: what is asked, what is answered, and what the app sees of it.
import type { Api } from '../../src/api'

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
export const restAppointment = {
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
export const graphqlAppointment = {
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
export const appointment = {
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

export const CASES: Record<string, Case> = {
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
