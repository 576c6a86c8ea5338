// The access token, in memory only, and how a new one is got: once for all tabs.
import { ApiError, noAnswer } from './errors'
import { meteredFetch } from './cost'
import type { CallName } from './types'

type Note = { type: 'access'; access: string } | { type: 'signed-out' }

const channel =
  typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('session-tokens')
let access: string | null = null
/** The cookie was refused: asking again is of no use until somebody signs in. */
let over = false
let ended: (() => void) | null = null

channel?.addEventListener('message', ({ data }: MessageEvent<Note>) => {
  if (data.type === 'access') take(data.access)
  else forgetToken()
})

function take(token: string): void {
  access = token
  over = false
}

export function accessToken(): string | null {
  return access
}

export function forgetToken(): void {
  access = null
  ended?.()
}

/** `callback` runs when the session was ended, here or in another tab. */
export function onSessionEnd(callback: () => void): void {
  ended = callback
}

async function post(path: string, label: CallName, body: object): Promise<Response> {
  const request = new Request(new URL(`/api/v1/auth/${path}`, location.origin), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    cache: 'no-store',
    credentials: 'same-origin',
  })
  try {
    return await meteredFetch(request, { api: 'rest', label, kind: 'write', body: null })
  } catch (error) {
    throw noAnswer(error)
  }
}

async function keep(response: Response): Promise<void> {
  const answer = await response.json().catch(() => ({}))
  if (!response.ok) {
    over ||= response.status === 401
    const seconds = Number(response.headers.get('Retry-After'))
    throw new ApiError({
      code: answer.code ?? 'unreadable',
      detail: answer.detail ?? '',
      fields: answer.errors ?? [],
      ...(seconds ? { retryAfter: seconds } : {}),
    })
  }
  // The answer broke off: whether there is a session now is not known.
  if (!answer.access) throw noAnswer(null)
  take(answer.access)
  channel?.postMessage({ type: 'access', access: answer.access } satisfies Note)
}

/** The refresh token goes into an HttpOnly cookie, where no script reads it. */
export async function signIn(email: string, password: string): Promise<void> {
  await keep(await post('token', 'signIn', { email, password, cookie: true }))
}

/** Throws `not_authenticated` when the session is over. */
export async function refreshToken(stale: string | null): Promise<void> {
  await locked(async () => {
    // Another tab, or another call of this one, was faster: the cookie must not be spent twice.
    if (access !== null && access !== stale) return
    if (over) throw new ApiError({ code: 'not_authenticated', detail: '' })
    await keep(await post('token/refresh', 'renew', {}))
  })
}

export async function signOut(): Promise<void> {
  await locked(() => post('token/revoke', 'signOut', {})).catch(() => undefined)
  channel?.postMessage({ type: 'signed-out' } satisfies Note)
  forgetToken()
}

async function locked<T>(run: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return run()
  return navigator.locks.request('session-refresh', run) as Promise<T>
}
