// A server that answers one request as either API would, and remembers what it was asked.
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'

import type { ApiName } from '../../src/api/types'

export interface Asked {
  method: string
  path: string
  headers: Headers
  body: unknown
}
export interface Reply {
  status?: number
  headers?: Record<string, string>
  body: unknown
}
const ORIGIN = 'http://127.0.0.1:8000'

export const server = setupServer()
export const asked: Asked[] = []

async function note(request: Request): Promise<void> {
  const text = await request.clone().text()
  const { pathname, search } = new URL(request.url)
  asked.push({
    method: request.method,
    path: pathname + search,
    headers: request.headers,
    body: text ? JSON.parse(text) : null,
  })
}
function answer({ status = 200, headers = {}, body }: Reply) {
  if (status === 304 || status === 204) return new HttpResponse(null, { status, headers })
  return HttpResponse.json(body as object, { status, headers })
}

/** The replies, in order; the last one stays. */
export function reply(...replies: Reply[]): void {
  let next = 0
  server.use(
    http.all(`${ORIGIN}/*`, async ({ request }) => {
      await note(request)
      const now = replies[Math.min(next, replies.length - 1)]!
      next += 1
      return answer(now)
    }),
  )
}
export function breakOff(): void {
  server.use(http.all(`${ORIGIN}/*`, () => HttpResponse.error()))
}

/** The same refusal as each API says it. */
export function refusal(api: ApiName, status: number, code: string, facts: object = {}): Reply {
  const detail = `Refused: ${code}.`
  if (api === 'rest') {
    return { status, body: { type: 'about:blank', title: code, status, detail, code, ...facts } }
  }
  const extensions = { code: code.toUpperCase(), ...facts }
  return { body: { data: null, errors: [{ message: detail, extensions }] } }
}
