// Why a call was refused: the contract's codes, and what happens on the way to the server.
import type { Appointment, Doctor, Hospital, Opening, Patient } from './types'

export type ErrorCode =
  | 'invalid'
  | 'not_authenticated'
  | 'permission_denied'
  | 'not_found'
  | 'slot_taken'
  | 'slot_unavailable'
  | 'slot_in_past'
  | 'patient_busy'
  | 'availability_in_use'
  | 'invalid_transition'
  | 'version_conflict'
  | 'precondition_required'
  | 'idempotency_key_reused'
  | 'throttled'
  | 'unavailable'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'too_large'
  | 'unsupported_media_type'
  /** Nothing came back: what was asked may have happened or not. */
  | 'no_answer'
  /** Not even sent: there is no network. */
  | 'offline'
  /** Something came back that no server of ours says. */
  | 'unreadable'

export interface FieldError {
  field: string
  code: string
  detail: string
}

export interface Problem {
  code: ErrorCode
  detail: string
  fields?: FieldError[]
  current?: Appointment | Patient | Doctor | Hospital
  alternatives?: Opening[]
  appointments?: Appointment[]
  appointment?: Appointment | null
  /** Seconds to wait. */
  retryAfter?: number
  /** `unknown`: the server can't say whether it wrote. */
  outcome?: string
  /** No answer, for as long as one was waited for. */
  late?: boolean
}

export class ApiError extends Error {
  readonly code: ErrorCode
  readonly detail: string
  readonly fields: FieldError[]
  readonly current: Problem['current']
  readonly alternatives: Opening[]
  readonly appointments: Appointment[]
  readonly appointment: Appointment | null
  readonly retryAfter: number | null
  readonly outcome: string | null
  readonly late: boolean

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`)
    this.name = 'ApiError'
    this.code = problem.code
    this.detail = problem.detail
    this.fields = problem.fields ?? []
    this.current = problem.current
    this.alternatives = problem.alternatives ?? []
    this.appointments = problem.appointments ?? []
    this.appointment = problem.appointment ?? null
    this.retryAfter = problem.retryAfter ?? null
    this.outcome = problem.outcome ?? null
    this.late = problem.late ?? false
  }

  /** The same request may well succeed a little later. */
  get passing(): boolean {
    return ['throttled', 'unavailable', 'no_answer'].includes(this.code)
  }

  /** A write that ended so may have been done. */
  get uncertain(): boolean {
    return this.code === 'no_answer' || this.outcome === 'unknown'
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

/** What the way to the server did to a call. */
export function noAnswer(error: unknown): ApiError {
  const late = error instanceof DOMException && error.name === 'TimeoutError'
  return new ApiError({ code: 'no_answer', detail: '', late })
}

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  return new ApiError({ code: 'unreadable', detail: String(error) })
}
