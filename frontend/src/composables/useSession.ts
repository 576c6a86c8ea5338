// Who is signed in. The session outlives a page, never a sign-out in any tab.
import { computed, ref, shallowRef } from 'vue'

import * as api from '../api'
import type { Me, Role } from '../api'
import { isIdle, noteActive } from './useIdle'
import { readStored, store } from './usePreferences'

type State = 'starting' | 'signed-out' | 'signed-in' | 'expired' | 'locked'

// Not a secret: it spares a first visit a request that must fail.
const STORE = 'was-signed-in'
const state = ref<State>('starting')
const me = shallowRef<Me | null>(null)
/** Why all that is known is dropped: another hospital is entered, or somebody else may be there. */
type Wipe = 'hospital' | 'session'
const wipers = new Set<(why: Wipe) => void>()
let starting: Promise<void> | null = null

/** `callback` drops what it keeps of a hospital or a patient. */
export function onWipe(callback: (why: Wipe) => void): void {
  wipers.add(callback)
}
export function wipe(why: Wipe = 'session'): void {
  api.forgetAnswers()
  for (const callback of wipers) callback(why)
}

api.onExpired(() => {
  if (state.value === 'signed-in') state.value = 'expired'
})
api.onSessionEnd(() => {
  if (state.value === 'signed-out') return
  end()
})

function end(): void {
  state.value = 'signed-out'
  me.value = null
  store(STORE, { yes: false })
  wipe()
}

async function whoAmI(): Promise<void> {
  const rest = await api.getApi('rest')
  const now = await rest.me()
  // Another person at the same desk sees nothing of the one before.
  if (me.value && me.value.id !== now.id) wipe()
  me.value = now
  store(STORE, { yes: true })
}

/** Take up the session of the cookie, if there is one. */
function start(): Promise<void> {
  starting ??= (async () => {
    if (!readStored<{ yes: boolean }>(STORE).yes) {
      state.value = 'signed-out'
      return
    }
    for (let turn = 0; state.value === 'starting'; turn += 1) {
      try {
        if (api.accessToken() === null) await api.refreshToken(null)
        await whoAmI()
        if (isIdle()) state.value = 'locked'
        else open()
      } catch (problem) {
        const error = api.toApiError(problem)
        if (!error.passing) return end()
        // The server is away, not the session: it is taken up when the server is back.
        const seconds = error.retryAfter ?? Math.min(2 ** turn, 10)
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
      }
    }
  })()
  return starting
}

async function signIn(email: string, password: string): Promise<void> {
  await api.signIn(email, password)
  await whoAmI()
  open()
}
function open(): void {
  noteActive()
  state.value = 'signed-in'
}

async function signOut(): Promise<void> {
  await api.signOut()
  end()
}

function lock(): void {
  if (state.value === 'signed-in' || state.value === 'expired') state.value = 'locked'
}
/** The password was given in another tab: its token came with it. */
async function unlock(): Promise<void> {
  await whoAmI()
  if (state.value === 'locked') open()
}

function roleIn(hospitalId: number | null): Role | null {
  if (!me.value || hospitalId === null) return null
  const own = me.value.memberships.find(({ hospital }) => hospital.id === hospitalId)
  if (me.value.isSuperuser) return 'admin'
  return own?.role ?? null
}
function doctorIn(hospitalId: number | null): number | null {
  return me.value?.memberships.find(({ hospital }) => hospital.id === hospitalId)?.doctorId ?? null
}

export function useSession() {
  return {
    state,
    me,
    signedIn: computed(() => state.value !== 'signed-out' && state.value !== 'starting'),
    start,
    signIn,
    signOut,
    lock,
    unlock,
    whoAmI,
    roleIn,
    doctorIn,
  }
}
