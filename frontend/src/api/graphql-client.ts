// One GraphQL request: the document and its variables out, the data or an `ApiError` back.
import { print } from '@0no-co/graphql.web'
import type { ResultOf, TadaDocumentNode, VariablesOf } from 'gql.tada'

import { ApiError, type ErrorCode, type FieldError, isAbort, type Problem } from './errors'
import { retryAfter, send } from './send'
import type { CallOptions } from './types'
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

const texts = new WeakMap<AnyDocument, { text: string; name: string }>()

/** A document as text, fragments included. */
function textOf(document: AnyDocument): { text: string; name: string } {
  let known = texts.get(document)
  if (!known) {
    const text = print(document as Parameters<typeof print>[0])
    known = { text, name: /^(?:query|mutation) (\w+)/.exec(text)?.[1] ?? 'document' }
    texts.set(document, known)
  }
  return known
}

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
  const { text, name } = textOf(document)
  const body = JSON.stringify({ query: text, variables, operationName: name })
  const request = new Request(new URL('/graphql/', location.origin), {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json',
    },
    body,
    cache: 'no-store',
    credentials: 'same-origin',
    ...(options?.signal ? { signal: options.signal } : {}),
  })
  const response = await send(request, { api: 'graphql', label: name, options, body })
  let answer: Answer<ResultOf<D>>
  try {
    answer = (await response.json()) as Answer<ResultOf<D>>
  } catch (error) {
    if (isAbort(error)) throw error
    throw new ApiError({ code: 'no_answer', detail: '' })
  }
  const [first] = answer.errors ?? []
  if (first) throw problem(first, response)
  if (!answer.data) {
    throw new ApiError({ code: 'unreadable', detail: `${response.status} ${response.statusText}` })
  }
  return answer.data
}
