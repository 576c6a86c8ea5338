// Sums and orders of what requests cost, and how one is written for a terminal.
import type { Cost } from '../api/types'

export interface CostSum {
  requests: number
  notModified: number
  wireBytes: number
  decodedBytes: number
  totalMs: number
  serverMs: number
  queries: number
}
export const NO_COST: CostSum = {
  requests: 0,
  notModified: 0,
  wireBytes: 0,
  decodedBytes: 0,
  totalMs: 0,
  serverMs: 0,
  queries: 0,
}

export function plus(sum: CostSum, cost: Cost): CostSum {
  return {
    requests: sum.requests + 1,
    notModified: sum.notModified + (cost.status === 304 ? 1 : 0),
    wireBytes: sum.wireBytes + cost.wireBytes,
    decodedBytes: sum.decodedBytes + cost.decodedBytes,
    totalMs: sum.totalMs + cost.totalMs,
    serverMs: sum.serverMs + (cost.serverMs ?? 0),
    queries: sum.queries + (cost.queries ?? 0),
  }
}

/** The value that a share of all lie at or below. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

export interface RaceResult {
  runs: number
  totalMs: { median: number; p95: number }
  serverMs: { median: number; p95: number }
  wireBytes: number
  decodedBytes: number
  queries: number
}

export function raceResult(costs: Cost[]): RaceResult {
  const both = (values: number[]) => ({
    median: quantile(values, 0.5),
    p95: quantile(values, 0.95),
  })
  const median = (pick: (cost: Cost) => number) => quantile(costs.map(pick), 0.5)
  return {
    runs: costs.length,
    totalMs: both(costs.map((cost) => cost.totalMs)),
    serverMs: both(costs.map((cost) => cost.serverMs ?? 0)),
    wireBytes: median((cost) => cost.wireBytes),
    decodedBytes: median((cost) => cost.decodedBytes),
    queries: median((cost) => cost.queries ?? 0),
  }
}

/** The call as the API's documentation names it, whatever it was about. */
export function callOf({ api, label, request: { method, url } }: Cost): string {
  const path = new URL(url).pathname.replace(/\/\d+/g, '/{id}')
  return [method, path, ...(api === 'graphql' ? [label] : [])].join(' ')
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** A command to paste; the token stays out of it. */
export function asCurl({ request }: Cost): string {
  const { method, url, body, headers } = request
  const lines = [`curl -sS ${quoted(url)}`, '-H "Authorization: Bearer $TOKEN"']
  for (const name of ['if-match', 'idempotency-key']) {
    if (headers[name]) lines.push(`-H ${quoted(`${name}: ${headers[name]}`)}`)
  }
  if (method !== 'GET') lines.push(`-X ${method}`, `-H 'Content-Type: application/json'`)
  if (body) lines.push(`-d ${quoted(body)}`)
  return lines.join(' \\\n  ')
}

/** The operation of a GraphQL request, with its variables, as GraphiQL takes them. */
export function asGraphQL({ request }: Cost): string {
  const { query, variables } = JSON.parse(request.body ?? '{}') as {
    query: string
    variables: object
  }
  return `${query.trim()}\n\n# Variables:\n# ${JSON.stringify(variables)}\n`
}

export function showBytes(
  bytes: number,
  number: (value: number, digits?: number) => string,
): string {
  return bytes < 1000 ? `${number(bytes)} B` : `${number(bytes / 1000, 1)} kB`
}
