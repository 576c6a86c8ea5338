// One request with the caller's token; a token that ran out is renewed once, unseen.
import { type Meter, meteredFetch } from './cost'
import { ApiError, isAbort, noAnswer } from './errors'
import { accessToken, refreshToken } from './tokens'

let expired: (() => void) | null = null

/** `callback` runs when a call was refused because nobody is signed in any more. */
export function onExpired(callback: () => void): void {
  expired = callback
}

export async function send(request: Request, meter: Meter): Promise<Response> {
  const token = accessToken()
  const first = await attempt(request.clone(), meter, token)
  if (first.status !== 401) return first
  try {
    await refreshToken(token)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_authenticated') expired?.()
    throw error
  }
  const second = await attempt(request, meter, accessToken())
  if (second.status === 401) expired?.()
  return second
}

async function attempt(request: Request, meter: Meter, token: string | null): Promise<Response> {
  if (token !== null) request.headers.set('Authorization', `Bearer ${token}`)
  try {
    return await meteredFetch(request, meter)
  } catch (error) {
    if (isAbort(error)) throw error
    throw noAnswer(error)
  }
}

export function retryAfter(response: Response): { retryAfter?: number } {
  const seconds = Number(response.headers.get('Retry-After'))
  return Number.isFinite(seconds) && seconds > 0 ? { retryAfter: seconds } : {}
}
