// What is asked of GraphQL, typed from the printed schema.
import { initGraphQLTada } from 'gql.tada'

import type { introspection } from './generated/graphql-env'

const graphql = initGraphQLTada<{
  introspection: introspection
  disableMasking: true
  scalars: {
    ID: string
    Date: string
    DateTime: string
    Time: string
    Changes: Record<string, { from: unknown; to: unknown }>
  }
}>()

export const HospitalFields = graphql(`
  fragment HospitalFields on Hospital {
    id
    name
    address
    timezone
    opens
    closes
    version
  }
`)
export const DoctorFields = graphql(`
  fragment DoctorFields on Doctor {
    id
    name
    specialty
    active
    version
  }
`)
export const PatientFields = graphql(`
  fragment PatientFields on Patient {
    id
    name
    dateOfBirth
    phone
    email
    mrn
    version
  }
`)
export const MemberFields = graphql(`
  fragment MemberFields on Member {
    id
    user {
      id
      email
      name
    }
    role
    doctorId
  }
`)
export const AppointmentFields = graphql(`
  fragment AppointmentFields on Appointment {
    id
    hospitalId
    doctorId
    patient {
      id
      name
    }
    startsAt
    endsAt
    date
    time
    duration
    status
    reason
    version
  }
`)
export const PageFields = graphql(`
  fragment PageFields on PageInfo {
    hasNextPage
    endCursor
  }
`)

export const me = graphql(`
  query me {
    me {
      id
      email
      name
      isSuperuser
      memberships {
        hospital {
          id
          name
          timezone
        }
        role
        doctorId
      }
    }
  }
`)
export const changePassword = graphql(`
  mutation changePassword($current: String!, $new: String!) {
    changePassword(current: $current, new: $new)
  }
`)

export const hospitals = graphql(
  `
    query hospitals($search: String, $after: String) {
      hospitals(search: $search, first: 50, after: $after) {
        nodes {
          ...HospitalFields
        }
        pageInfo {
          ...PageFields
        }
      }
    }
  `,
  [HospitalFields, PageFields],
)
export const hospital = graphql(
  `
    query hospital($hospital: ID!) {
      hospital(id: $hospital) {
        ...HospitalFields
      }
    }
  `,
  [HospitalFields],
)
export const createHospital = graphql(
  `
    mutation createHospital($input: CreateHospitalInput!) {
      createHospital(input: $input) {
        ...HospitalFields
      }
    }
  `,
  [HospitalFields],
)
export const updateHospital = graphql(
  `
    mutation updateHospital($input: UpdateHospitalInput!) {
      updateHospital(input: $input) {
        ...HospitalFields
      }
    }
  `,
  [HospitalFields],
)

export const members = graphql(
  `
    query members($hospital: ID!, $after: String) {
      hospital(id: $hospital) {
        members(first: 200, after: $after) {
          nodes {
            ...MemberFields
          }
          pageInfo {
            ...PageFields
          }
        }
      }
    }
  `,
  [MemberFields, PageFields],
)
export const addMember = graphql(
  `
    mutation addMember($input: AddMemberInput!) {
      addMember(input: $input) {
        ...MemberFields
      }
    }
  `,
  [MemberFields],
)
export const changeMember = graphql(
  `
    mutation changeMember($input: ChangeMemberInput!) {
      changeMember(input: $input) {
        ...MemberFields
      }
    }
  `,
  [MemberFields],
)
export const removeMember = graphql(`
  mutation removeMember($input: RemoveMemberInput!) {
    removeMember(input: $input)
  }
`)

export const doctors = graphql(
  `
    query doctors(
      $hospital: ID!
      $search: String
      $specialty: String
      $availableFrom: Date
      $availableTo: Date
      $active: Boolean
      $after: String
    ) {
      hospital(id: $hospital) {
        doctors(
          search: $search
          specialty: $specialty
          availableFrom: $availableFrom
          availableTo: $availableTo
          active: $active
          first: 200
          after: $after
        ) {
          nodes {
            ...DoctorFields
          }
          pageInfo {
            ...PageFields
          }
        }
      }
    }
  `,
  [DoctorFields, PageFields],
)
export const createDoctor = graphql(
  `
    mutation createDoctor($input: CreateDoctorInput!) {
      createDoctor(input: $input) {
        ...DoctorFields
      }
    }
  `,
  [DoctorFields],
)
export const updateDoctor = graphql(
  `
    mutation updateDoctor($input: UpdateDoctorInput!) {
      updateDoctor(input: $input) {
        ...DoctorFields
      }
    }
  `,
  [DoctorFields],
)
export const specialties = graphql(`
  query specialties($hospital: ID!) {
    hospital(id: $hospital) {
      specialties
    }
  }
`)

export const schedules = graphql(`
  query schedules($hospital: ID!, $doctorIds: [ID!]!, $from: Date!, $to: Date!) {
    hospital(id: $hospital) {
      schedules(doctorIds: $doctorIds, from: $from, to: $to) {
        doctor {
          id
        }
        date
        availableSlots {
          time
          startsAt
          duration
          bookable
          appointment {
            id
            patient {
              id
              name
            }
            status
            version
          }
        }
      }
    }
  }
`)
export const openings = graphql(`
  query openings(
    $hospital: ID!
    $from: Date!
    $to: Date!
    $specialty: String
    $doctorIds: [ID!]
    $timeFrom: Time
    $timeTo: Time
    $limit: Int
  ) {
    hospital(id: $hospital) {
      openings(
        from: $from
        to: $to
        specialty: $specialty
        doctorIds: $doctorIds
        timeFrom: $timeFrom
        timeTo: $timeTo
        limit: $limit
      ) {
        doctor {
          id
        }
        date
        time
        startsAt
        duration
      }
    }
  }
`)
export const availability = graphql(`
  query availability($hospital: ID!, $doctor: ID!, $from: Date!, $to: Date!) {
    hospital(id: $hospital) {
      doctor(id: $doctor) {
        availability(from: $from, to: $to) {
          date
          shifts {
            start
            end
          }
        }
      }
    }
  }
`)
export const setAvailability = graphql(`
  mutation setAvailability($input: SetAvailabilityInput!) {
    setAvailability(input: $input) {
      date
      shifts {
        start
        end
      }
    }
  }
`)

export const patients = graphql(
  `
    query patients($hospital: ID!, $search: String, $after: String) {
      hospital(id: $hospital) {
        patients(search: $search, first: 20, after: $after) {
          nodes {
            ...PatientFields
          }
          pageInfo {
            ...PageFields
          }
        }
      }
    }
  `,
  [PatientFields, PageFields],
)
export const patient = graphql(
  `
    query patient($hospital: ID!, $patient: ID!) {
      hospital(id: $hospital) {
        patient(id: $patient) {
          ...PatientFields
        }
      }
    }
  `,
  [PatientFields],
)
export const createPatient = graphql(
  `
    mutation createPatient($input: CreatePatientInput!) {
      createPatient(input: $input) {
        ...PatientFields
      }
    }
  `,
  [PatientFields],
)
export const updatePatient = graphql(
  `
    mutation updatePatient($input: UpdatePatientInput!) {
      updatePatient(input: $input) {
        ...PatientFields
      }
    }
  `,
  [PatientFields],
)

export const appointments = graphql(
  `
    query appointments(
      $hospital: ID!
      $doctorId: ID
      $patientId: ID
      $from: Date
      $to: Date
      $status: AppointmentStatus
      $after: String
    ) {
      hospital(id: $hospital) {
        appointments(
          doctorId: $doctorId
          patientId: $patientId
          from: $from
          to: $to
          status: $status
          first: 100
          after: $after
        ) {
          nodes {
            ...AppointmentFields
          }
          pageInfo {
            ...PageFields
          }
        }
      }
    }
  `,
  [AppointmentFields, PageFields],
)
export const appointment = graphql(
  `
    query appointment($hospital: ID!, $appointment: ID!) {
      hospital(id: $hospital) {
        appointment(id: $appointment) {
          ...AppointmentFields
        }
      }
    }
  `,
  [AppointmentFields],
)
export const history = graphql(`
  query history($hospital: ID!, $appointment: ID!) {
    hospital(id: $hospital) {
      appointment(id: $appointment) {
        history {
          type
          at
          by {
            id
            name
          }
          version
          changes
        }
      }
    }
  }
`)
export const bookAppointment = graphql(
  `
    mutation bookAppointment($input: BookAppointmentInput!) {
      bookAppointment(input: $input) {
        ...AppointmentFields
      }
    }
  `,
  [AppointmentFields],
)
export const changeAppointment = graphql(
  `
    mutation changeAppointment($input: ChangeAppointmentInput!) {
      changeAppointment(input: $input) {
        ...AppointmentFields
      }
    }
  `,
  [AppointmentFields],
)
export const cancelAppointment = graphql(
  `
    mutation cancelAppointment($input: CancelAppointmentInput!) {
      cancelAppointment(input: $input) {
        ...AppointmentFields
      }
    }
  `,
  [AppointmentFields],
)
