// The change of something that has a version: saved, refused, or held up by somebody else's.
import { ref, shallowRef } from 'vue'

import { type Api, type ApiError, toApiError } from '../api'
import { useRefresh } from './useServerData'
import { onWipe } from './useSession'
import { useView } from './useView'

export function useEdit<T extends C & { version: number }, C extends object>(
  write: (api: Api, hospitalId: number, of: T, changes: Partial<C>) => Promise<T>,
  /** What stands now; `saved`: it is what was sent. */
  done: (now: T, saved: boolean) => void,
) {
  const { view, api } = useView()
  const refresh = useRefresh()
  const busy = ref(false)
  const error = shallowRef<ApiError | null>(null)
  const conflict = shallowRef<{ mine: Partial<C>; theirs: T } | null>(null)
  onWipe(() => {
    conflict.value = null
    error.value = null
  })

  function changesOf(of: T, input: Partial<C>): Partial<C> {
    const fields = Object.keys(input) as (keyof C)[]
    const changed = fields.filter((field) => input[field] !== of[field])
    return Object.fromEntries(changed.map((field) => [field, input[field]])) as Partial<C>
  }

  /** Send what differs between `of`, as it was seen, and `input`. */
  async function save(of: T, input: Partial<C>): Promise<void> {
    if (busy.value) return
    const changes = changesOf(of, input)
    error.value = null
    conflict.value = null
    if (Object.keys(changes).length === 0) return done(of, false)
    const hospital = view.value.hospital!
    busy.value = true
    try {
      done(await write(await api(), hospital, of, changes), true)
    } catch (problem) {
      const refusal = toApiError(problem)
      if (refusal.code !== 'version_conflict' || !refusal.current) error.value = refusal
      else settle(refusal.current as unknown as T, changes)
    } finally {
      busy.value = false
      void refresh(hospital)
    }
  }
  /** What stands there may be what was wanted: then an earlier answer was lost on the way. */
  function settle(theirs: T, changes: Partial<C>) {
    const mine = changesOf(theirs, changes)
    if (Object.keys(mine).length === 0) done(theirs, true)
    else conflict.value = { mine, theirs }
  }
  return {
    busy,
    error,
    conflict,
    save,
    applyMine: () => save(conflict.value!.theirs, conflict.value!.mine),
    keepTheirs: () => {
      const { theirs } = conflict.value!
      conflict.value = null
      done(theirs, false)
    },
    forget: () => (error.value = null),
  }
}
