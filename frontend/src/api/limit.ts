// How long an answer is waited for. A server that hangs says nothing by itself.

/** Milliseconds. The server answers within ten seconds, and be it that it is too busy. */
const MOST = { read: 10_000, write: 12_000 }
/** From here on it is worth a word. */
export const SLOW = 3000

const slow = new Set<Request>()
let told: ((slow: boolean) => void) | null = null

/** `callback` hears when answers begin to take longer than usual, and when none does any more. */
export function onSlow(callback: (slow: boolean) => void): void {
  told = callback
}

/** `fetch`; an answer that is not there as a whole in time breaks off with a `TimeoutError`. */
export async function fetchInTime(request: Request, kind: keyof typeof MOST): Promise<Response> {
  const limit = new AbortController()
  const end = (name: string) => limit.abort(new DOMException('', name))
  const abort = () => end('AbortError')
  if (request.signal.aborted) abort()
  request.signal.addEventListener('abort', abort)
  // Not ended by the first bytes: the rest of the answer can fail to come as well.
  setTimeout(() => end('TimeoutError'), MOST[kind])
  const word = setTimeout(() => {
    slow.add(request)
    told?.(true)
  }, SLOW)
  try {
    return await fetch(request, { signal: limit.signal })
  } finally {
    clearTimeout(word)
    slow.delete(request)
    told?.(slow.size > 0)
  }
}
