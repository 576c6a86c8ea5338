// One GraphQL request: the document and its variables out, the data or an `ApiError` back.
import { print } from '@0no-co/graphql.web'
import type { ResultOf, TadaDocumentNode, VariablesOf } from 'gql.tada'

import {
  ApiError,
  type ErrorCode,
  type FieldError,
  isAbort,
  noAnswer,
  type Problem,
} from './errors'
import { retryAfter, send } from './send'
import type { CallName, CallOptions } from './types'
import { appointmentOf, openingOf, plainOf, type Raw } from './graphql-views'

interface Entry {
  message: string
  extensions?: { code?: string; errors?: FieldError[] } & Record<string, unknown>
}
interface Answer<D> {
  data?: D | null
  errors?: Entry[]
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type says nothing of its parameters
type AnyDocument = TadaDocumentNode<any, any>

interface Known {
  /** The document with its fragments. */
  text: string
  name: CallName
  /** Under which the server knows it; `null` where this browser can't say (no HTTPS). */
  hash: Promise<string | null>
}
const documents = new WeakMap<AnyDocument, Known>()

function knownOf(document: AnyDocument): Known {
  let known = documents.get(document)
  if (!known) {
    const text = print(document as Parameters<typeof print>[0])
    const name = /^(?:query|mutation) (\w+)/.exec(text)![1] as CallName
    known = { text, name, hash: hashOf(text) }
    documents.set(document, known)
  }
  return known
}

async function hashOf(text: string): Promise<string | null> {
  // Browsers keep it from pages that came without HTTPS, this machine's own excepted.
  const digest = await (crypto.subtle as SubtleCrypto | undefined)?.digest(
    'SHA-256',
    new TextEncoder().encode(text),
  )
  if (!digest) return null
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
// A server of another version knows other documents: from its first word on it gets them whole.
let whole = false

/** A refusal's facts are rows, or lists of them. */
function problem(entry: Entry, response: Response): ApiError {
  const { code, errors, ...facts } = entry.extensions ?? {}
  const said: Problem = {
    code: (code?.toLowerCase() ?? 'unreadable') as ErrorCode,
    detail: entry.message,
    // `input.startsAt` names what the forms call `startsAt`.
    fields: errors?.map((one) => ({ ...one, field: one.field.replace(/^input\./, '') })) ?? [],
    ...(facts.current ? { current: currentOf(facts.current as Raw) } : {}),
    ...(facts.alternatives ? { alternatives: (facts.alternatives as Raw[]).map(openingOf) } : {}),
    ...(facts.appointments
      ? { appointments: (facts.appointments as Raw[]).map(appointmentOf) }
      : {}),
    ...(facts.appointment ? { appointment: appointmentOf(facts.appointment as Raw) } : {}),
    ...(facts.outcome ? { outcome: String(facts.outcome) } : {}),
    ...retryAfter(response),
    ...(facts.retryAfter ? { retryAfter: Number(facts.retryAfter) } : {}),
  }
  return new ApiError(said)
}

function currentOf(current: Raw): NonNullable<Problem['current']> {
  return (
    current.startsAt ? appointmentOf(current) : plainOf(current as Raw & { id: string })
  ) as NonNullable<Problem['current']>
}

export async function ask<D extends AnyDocument>(
  document: D,
  variables: VariablesOf<D>,
  options?: CallOptions,
): Promise<ResultOf<D>> {
  const { text, name, hash } = knownOf(document)
  const body = JSON.stringify({ query: text, variables, operationName: name })
  const sha256Hash = whole ? null : await hash
  const persistedQuery = { version: 1, sha256Hash }
  const sent = sha256Hash
    ? JSON.stringify({ variables, operationName: name, extensions: { persistedQuery } })
    : body
  const request = new Request(new URL('/graphql/', location.origin), {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json',
    },
    body: sent,
    cache: 'no-store',
    credentials: 'same-origin',
    ...(options?.signal ? { signal: options.signal } : {}),
  })
  const kind = text.startsWith('mutation') ? 'write' : 'read'
  const response = await send(request, { api: 'graphql', label: name, kind, options, body })
  let answer: Answer<ResultOf<D>>
  try {
    answer = (await response.json()) as Answer<ResultOf<D>>
  } catch (error) {
    if (isAbort(error)) throw error
    throw noAnswer(error)
  }
  const [first] = answer.errors ?? []
  if (first?.message === 'PersistedQueryNotFound' && !whole) {
    whole = true
    return ask(document, variables, options)
  }
  if (first) throw problem(first, response)
  if (!answer.data) {
    throw new ApiError({ code: 'unreadable', detail: `${response.status} ${response.statusText}` })
  }
  return answer.data
}
