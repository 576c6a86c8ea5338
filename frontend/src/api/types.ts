// What the app knows of the contract: the interface `Api`, and the values that it answers with.

export type ApiName = 'rest' | 'graphql'
export type Role = 'admin' | 'staff' | 'doctor'
export type Status = 'booked' | 'arrived' | 'fulfilled' | 'noshow' | 'cancelled'
export type HistoryType = Status | 'moved' | 'edited' | 'undone'

export interface HospitalFacts {
  id: number
  name: string
  timezone: string
}
export interface Hospital extends HospitalFacts {
  address: string
  /** `HH:MM`; opens = closes = 00:00: open all day. */
  opens: string
  closes: string
  version: number
}
export interface Membership {
  hospital: HospitalFacts
  role: Role
  doctorId: number | null
}
export interface Me {
  id: number
  email: string
  name: string
  isSuperuser: boolean
  memberships: Membership[]
}
export interface Member {
  id: number
  user: { id: number; email: string; name: string }
  role: Role
  doctorId: number | null
}
export interface Doctor {
  id: number
  name: string
  specialty: string
  active: boolean
  version: number
}
export interface Patient {
  id: number
  name: string
  dateOfBirth: string
  phone: string
  email: string
  mrn: string
  version: number
}
export interface Named {
  id: number
  name: string
}
export interface Appointment {
  id: number
  hospitalId: number
  doctorId: number
  patient: Named
  /** RFC 3339 with the hospital's offset on that day. */
  startsAt: string
  endsAt: string
  /** As the hospital's wall clock shows them. */
  date: string
  time: string
  duration: number
  status: Status
  reason: string
  version: number
}
export interface SlotAppointment {
  id: number
  patient: Named
  status: Status
  version: number
}
export interface Slot {
  time: string
  startsAt: string
  duration: number
  bookable: boolean
  /** Absent: nothing fills the slot. `null`: something that the caller may not see does. */
  appointment?: SlotAppointment | null
}
export interface DoctorDay {
  doctorId: number
  date: string
  slots: Slot[]
}
export interface Opening {
  doctorId: number
  date: string
  time: string
  startsAt: string
  duration: number
}
export interface Shift {
  start: string
  end: string
}
export interface DayShifts {
  date: string
  shifts: Shift[]
}
export interface HistoryEntry {
  type: HistoryType
  at: string
  by: Named
  version: number
  changes: Record<string, { from: unknown; to: unknown }>
}
export interface Page<T> {
  items: T[]
  /** Ask for the next page with this; `null` on the last. */
  next: string | null
}

export interface DateRange {
  from: string
  to: string
}
export interface DoctorsQuestion {
  search?: string
  specialty?: string
  availableFrom?: string
  availableTo?: string
  active?: boolean
}
export interface OpeningsQuestion extends DateRange {
  specialty?: string
  doctorIds?: number[]
  timeFrom?: string
  timeTo?: string
  limit?: number
}
export interface AppointmentsQuestion extends Partial<DateRange> {
  doctorId?: number
  patientId?: number
  status?: Status
}
export interface Booking {
  /** Without it: any doctor who is free then. */
  doctorId?: number
  specialty?: string
  patientId: number
  startsAt: string
  reason: string
}
export interface AppointmentChanges {
  startsAt?: string
  doctorId?: number
  reason?: string
  status?: Status
}
export type PatientInput = Omit<Patient, 'id' | 'version'>
export type DoctorInput = Omit<Doctor, 'id' | 'version'>
export type HospitalInput = Omit<Hospital, 'id' | 'version'>
export interface MemberInput {
  email: string
  name?: string
  role: Role
  doctorId?: number | null
  password?: string
}

/** What one request cost. */
/** What was asked, in either API: its method here, which is also the operation of GraphQL. */
export type CallName = Exclude<keyof Api, 'name'> | 'signIn' | 'renew' | 'signOut'

export interface Cost {
  id: number
  /** When it was sent and answered, in milliseconds by this machine's clock. */
  sentAt: number
  at: number
  api: ApiName
  label: CallName
  background: boolean
  status: number
  /** Bytes of the answer as sent, and once unpacked. */
  wireBytes: number
  decodedBytes: number
  totalMs: number
  serverMs: number | null
  databaseMs: number | null
  queries: number | null
  request: { method: string; url: string; body: string | null; headers: Record<string, string> }
}

export interface CallOptions {
  signal?: AbortSignal
  /** Nobody waits for it: a poll. */
  background?: boolean
  /** Ask as if nothing were known. */
  fresh?: boolean
  onCost?: (cost: Cost) => void
}

/** Every call throws an `ApiError` when refused, and an `AbortError` when aborted. */
export interface Api {
  readonly name: ApiName
  me(options?: CallOptions): Promise<Me>
  changePassword(current: string, next: string): Promise<void>

  hospitals(
    question: { search?: string },
    after?: string | null,
    options?: CallOptions,
  ): Promise<Page<Hospital>>
  hospital(hospitalId: number, options?: CallOptions): Promise<Hospital>
  createHospital(input: HospitalInput): Promise<Hospital>
  updateHospital(
    hospitalId: number,
    version: number,
    changes: Partial<HospitalInput>,
  ): Promise<Hospital>

  members(hospitalId: number, after?: string | null, options?: CallOptions): Promise<Page<Member>>
  addMember(hospitalId: number, input: MemberInput): Promise<Member>
  changeMember(
    hospitalId: number,
    memberId: number,
    changes: Pick<MemberInput, 'role' | 'doctorId'>,
  ): Promise<Member>
  removeMember(hospitalId: number, memberId: number): Promise<void>

  doctors(
    hospitalId: number,
    question: DoctorsQuestion,
    after?: string | null,
    options?: CallOptions,
  ): Promise<Page<Doctor>>
  createDoctor(hospitalId: number, input: DoctorInput): Promise<Doctor>
  updateDoctor(
    hospitalId: number,
    doctorId: number,
    version: number,
    changes: Partial<DoctorInput>,
  ): Promise<Doctor>
  specialties(hospitalId: number, options?: CallOptions): Promise<string[]>

  schedules(
    hospitalId: number,
    question: DateRange & { doctorIds: number[] },
    options?: CallOptions,
  ): Promise<DoctorDay[]>
  openings(
    hospitalId: number,
    question: OpeningsQuestion,
    options?: CallOptions,
  ): Promise<Opening[]>
  availability(
    hospitalId: number,
    doctorId: number,
    range: DateRange,
    options?: CallOptions,
  ): Promise<DayShifts[]>
  setAvailability(hospitalId: number, doctorId: number, days: DayShifts[]): Promise<DayShifts[]>

  patients(
    hospitalId: number,
    question: { search: string },
    after?: string | null,
    options?: CallOptions,
  ): Promise<Page<Patient>>
  patient(hospitalId: number, patientId: number, options?: CallOptions): Promise<Patient>
  createPatient(hospitalId: number, input: PatientInput, idempotencyKey: string): Promise<Patient>
  updatePatient(
    hospitalId: number,
    patientId: number,
    version: number,
    changes: Partial<PatientInput>,
  ): Promise<Patient>

  appointments(
    hospitalId: number,
    question: AppointmentsQuestion,
    after?: string | null,
    options?: CallOptions,
  ): Promise<Page<Appointment>>
  appointment(
    hospitalId: number,
    appointmentId: number,
    options?: CallOptions,
  ): Promise<Appointment>
  history(hospitalId: number, appointmentId: number, options?: CallOptions): Promise<HistoryEntry[]>
  bookAppointment(hospitalId: number, input: Booking, idempotencyKey: string): Promise<Appointment>
  changeAppointment(
    hospitalId: number,
    appointmentId: number,
    version: number,
    changes: AppointmentChanges,
  ): Promise<Appointment>
  cancelAppointment(
    hospitalId: number,
    appointmentId: number,
    version: number,
    reason: string,
  ): Promise<Appointment>
}
