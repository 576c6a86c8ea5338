// One table of calls, two APIs: the same question, and the same answer for the app.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import persisted from '../../../api_graphql/persisted.json'
import { ApiError, forgetAnswers, getApi } from '../../src/api'
import type { ApiName } from '../../src/api/types'
import { appointment, CASES, graphqlAppointment, restAppointment } from './cases'
import { asked, breakOff, refusal, type Reply, reply, server } from './wire'

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
