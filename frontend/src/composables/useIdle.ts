// Whether somebody still works here, in any tab of this browser. What a shared desk shows is
// locked when nobody does, and a reload or a new tab does not open it.
import { onScopeDispose, type Ref } from 'vue'

import { readStored, store } from './usePreferences'

const STORE = 'last-active'
/** Milliseconds without a touch, until the screen is locked. */
const IDLE = 15 * 60_000
const LOOK_EVERY = 5_000
const NOTE_EVERY = 5_000
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchmove'] as const

let noted = 0

export function noteActive(): void {
  noted = Date.now()
  store(STORE, { at: noted })
}
export function isIdle(): boolean {
  const at = readStored<{ at: number }>(STORE).at ?? noted
  return at > 0 && Date.now() - at >= IDLE
}

export function useIdle(
  locked: Ref<boolean>,
  lock: () => void,
  /** Somebody gave the password in another tab. */
  unlockedElsewhere: () => void,
): void {
  const look = () => isIdle() && lock()
  function touched() {
    if (locked.value || Date.now() - noted < NOTE_EVERY) return
    // A touch that comes too late wakes nothing.
    if (isIdle()) lock()
    else noteActive()
  }
  function heard({ key }: StorageEvent) {
    if (key === STORE && locked.value && !isIdle()) unlockedElsewhere()
  }
  const timer = setInterval(look, LOOK_EVERY)
  for (const sign of SIGNS) {
    window.addEventListener(sign, touched, { capture: true, passive: true })
  }
  document.addEventListener('visibilitychange', look)
  window.addEventListener('storage', heard)
  onScopeDispose(() => {
    clearInterval(timer)
    for (const sign of SIGNS) window.removeEventListener(sign, touched, { capture: true })
    document.removeEventListener('visibilitychange', look)
    window.removeEventListener('storage', heard)
  })
}
