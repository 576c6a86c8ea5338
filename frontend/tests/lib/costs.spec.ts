import { describe, expect, it } from 'vitest'

import { readServerTiming } from '../../src/api/cost'
import type { Cost } from '../../src/api/types'
import { asCurl, asGraphQL, callOf, NO_COST, plus, quantile } from '../../src/lib/costs'

const cost: Cost = {
  id: 1,
  sentAt: 0,
  at: 0,
  api: 'rest',
  label: 'bookAppointment',
  background: false,
  status: 201,
  wireBytes: 300,
  decodedBytes: 400,
  totalMs: 20,
  serverMs: 12.5,
  databaseMs: 4,
  queries: 7,
  request: {
    method: 'POST',
    url: 'http://h/api/v1/x',
    body: '{"reason":"it\'s"}',
    headers: { 'idempotency-key': 'k' },
  },
}

describe('costs', () => {
  it('are read off the header of both APIs', () => {
    expect(readServerTiming('app;dur=14.37, db;dur=1.50;desc="3 queries"')).toEqual({
      serverMs: 14.37,
      databaseMs: 1.5,
      queries: 3,
    })
    expect(readServerTiming(null)).toEqual({ serverMs: null, databaseMs: null, queries: null })
  })
  it('name their call without saying whose it was', () => {
    const request = { ...cost.request, url: 'http://h/api/v1/hospitals/1/patients/27?search=Lopez' }
    expect(callOf({ ...cost, request })).toBe('POST /api/v1/hospitals/{id}/patients/{id}')
    const graphql = { ...cost.request, url: 'http://h/graphql/' }
    expect(callOf({ ...cost, api: 'graphql', request: graphql })).toBe(
      'POST /graphql/ bookAppointment',
    )
  })
  it('add up', () => {
    const sum = plus(plus(NO_COST, cost), { ...cost, status: 304, serverMs: null })
    expect(sum).toMatchObject({ requests: 2, notModified: 1, wireBytes: 600, serverMs: 12.5 })
  })
  it('have a median and a 95th percentile', () => {
    const values = [...Array(20).keys()].map((index) => 20 - index)
    expect([quantile(values, 0.5), quantile(values, 0.95), quantile([], 0.5)]).toEqual([10, 19, 0])
  })
  it('are copied without a token, quoted for a shell', () => {
    expect(asCurl(cost)).toBe(
      [
        "curl -sS 'http://h/api/v1/x'",
        '-H "Authorization: Bearer $TOKEN"',
        "-H 'idempotency-key: k'",
        '-X POST',
        "-H 'Content-Type: application/json'",
        `-d '{"reason":"it'\\''s"}'`,
      ].join(' \\\n  '),
    )
    const body = JSON.stringify({ query: 'query me { me { id } }', variables: { a: 1 } })
    expect(asGraphQL({ ...cost, request: { ...cost.request, body } })).toBe(
      'query me { me { id } }\n\n# Variables:\n# {"a":1}\n',
    )
  })
})
