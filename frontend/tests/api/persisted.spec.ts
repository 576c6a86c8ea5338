// A document is named by its hash; a server that does not know it gets it whole, from then on.
import { webcrypto } from 'node:crypto'

import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'

import persisted from '../../../api_graphql/persisted.json'
import { forgetAnswers } from '../../src/api'
import { asked, reply, server } from './wire'

const known: Record<string, string> = persisted
const answer = { body: { data: { hospital: { specialties: ['Cardiology'] } } } }
const unknown = {
  status: 400,
  body: { errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'INVALID' } }] },
}
interface Body {
  query?: string
  variables: object
  extensions?: { persistedQuery: { sha256Hash: string } }
}

beforeAll(() => server.listen())
beforeEach(() => {
  vi.stubGlobal('crypto', webcrypto)
  vi.resetModules()
})
afterEach(() => {
  asked.length = 0
  forgetAnswers()
  server.resetHandlers()
  vi.unstubAllGlobals()
})
afterAll(() => server.close())

async function specialties(): Promise<string[]> {
  const { getApi } = await import('../../src/api')
  return (await getApi('graphql')).specialties(1)
}

it('sends the hash of a document that the server has in its list', async () => {
  reply(answer)
  expect(await specialties()).toEqual(['Cardiology'])
  const body = asked[0]!.body as Body
  expect(body.query).toBeUndefined()
  expect(body.variables).toEqual({ hospital: '1' })
  expect(known[body.extensions!.persistedQuery.sha256Hash]).toMatch(/^query specialties\(/)
})

it('sends the text to a server that does not know the hash, and asks no more by hash', async () => {
  reply(unknown, answer)
  expect(await specialties()).toEqual(['Cardiology'])
  expect(await specialties()).toEqual(['Cardiology'])
  expect(asked.map((one) => Boolean((one.body as Body).query))).toEqual([false, true, true])
})

it('sends the text where the browser hashes nothing', async () => {
  vi.stubGlobal('crypto', { getRandomValues: webcrypto.getRandomValues.bind(webcrypto) })
  reply(answer)
  expect(await specialties()).toEqual(['Cardiology'])
  expect((asked[0]!.body as Body).extensions).toBeUndefined()
})
