// How the app learns of other people's changes. Polling today; a push channel would stand here.
import { onScopeDispose } from 'vue'

import { useSession } from './useSession'

export interface LiveSource {
  /** Call `ask` whenever something may have changed, until the returned function is called. */
  start(ask: () => void): () => void
}

const EVERY = 10_000

/** Every ten seconds while the tab is seen, and as soon as it is seen again. */
export const polling: LiveSource = {
  start(ask) {
    const seen = () => document.visibilityState === 'visible'
    const timer = setInterval(() => seen() && navigator.onLine && ask(), EVERY)
    const back = () => seen() && ask()
    document.addEventListener('visibilitychange', back)
    window.addEventListener('online', back)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', back)
      window.removeEventListener('online', back)
    }
  },
}

export function useLive(ask: () => void, source: LiveSource = polling): void {
  const { state } = useSession()
  onScopeDispose(source.start(() => state.value === 'signed-in' && ask()))
}
