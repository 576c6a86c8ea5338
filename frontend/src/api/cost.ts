// What each request cost, measured by the browser and said by the server.
import { fetchInTime } from './limit'
import { noteServerDate } from './server-clock'
import type { ApiName, CallName, CallOptions, Cost } from './types'

type Listener = (cost: Cost) => void

const listeners = new Set<Listener>()
const claimed = new Set<number>()
let lastId = 0

export function onCost(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** `app;dur=1.2, db;dur=0.3;desc="2 queries"` → its three numbers. */
export function readServerTiming(header: string | null): {
  serverMs: number | null
  databaseMs: number | null
  queries: number | null
} {
  const number = (pattern: RegExp) => {
    const found = header?.match(pattern)?.[1]
    return found === undefined ? null : Number(found)
  }
  return {
    serverMs: number(/\bapp;dur=([\d.]+)/),
    databaseMs: number(/\bdb;dur=([\d.]+)/),
    queries: number(/desc="(\d+) quer/),
  }
}

// The browser files its measurement after the body has been read, a little later than we ask.
async function timingOf(url: string, since: number): Promise<PerformanceResourceTiming | null> {
  for (const patience of [0, 20, 100, 400]) {
    await new Promise((resolve) => setTimeout(resolve, patience))
    const entries = performance.getEntriesByName?.(url, 'resource') ?? []
    for (const entry of entries as PerformanceResourceTiming[]) {
      if (entry.startTime < since - 1 || claimed.has(entry.startTime)) continue
      claimed.add(entry.startTime)
      return entry
    }
  }
  return null
}

export interface Meter {
  api: ApiName
  label: CallName
  kind: 'read' | 'write'
  options?: CallOptions | undefined
  body?: string | null
}

/** `fetch`, with its cost told to the listeners when it is known. */
export async function meteredFetch(request: Request, meter: Meter): Promise<Response> {
  const sentAt = Date.now()
  const since = performance.now()
  const { method, url } = request
  const response = await fetchInTime(request, meter.kind)
  const at = Date.now()
  const elapsed = performance.now() - since
  noteServerDate(response.headers.get('Date'))
  void tell()
  return response

  async function tell() {
    const timing = await timingOf(url, since)
    const length = Number(response.headers.get('Content-Length') ?? 0)
    const headers: Record<string, string> = {}
    request.headers.forEach((value, name) => {
      if (name !== 'authorization') headers[name] = value
    })
    const cost: Cost = {
      id: ++lastId,
      sentAt,
      at,
      api: meter.api,
      label: meter.label,
      background: meter.options?.background ?? false,
      status: response.status,
      wireBytes: response.status === 304 ? 0 : timing?.encodedBodySize || length,
      decodedBytes: response.status === 304 ? 0 : timing?.decodedBodySize || length,
      totalMs: timing?.duration || elapsed,
      ...readServerTiming(response.headers.get('Server-Timing')),
      request: { method, url, body: meter.body ?? null, headers },
    }
    meter.options?.onCost?.(cost)
    for (const listener of listeners) listener(cost)
    if (performance.getEntriesByType?.('resource').length > 180) performance.clearResourceTimings()
    if (claimed.size > 1000) claimed.clear()
  }
}
