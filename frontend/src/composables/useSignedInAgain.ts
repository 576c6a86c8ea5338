// What waits for the one whose session had ended.
import { watch } from 'vue'

import { useSession } from './useSession'

const { state } = useSession()

/** Resolves once they are back, or have left. */
export function signedInAgain(): Promise<void> {
  const settled = () => state.value === 'signed-in' || state.value === 'signed-out'
  if (settled()) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = watch(state, () => {
      if (!settled()) return
      stop()
      resolve()
    })
  })
}

/** `callback` runs each time they are back. */
export function onSignedInAgain(callback: () => void): void {
  watch(state, (now, before) => now === 'signed-in' && before !== 'starting' && callback())
}
