// What a form sends: busy while it is under way, and why it was refused.
import { ref, shallowRef } from 'vue'

import { type Api, type ApiError, toApiError } from '../api'
import { useRefresh } from './useServerData'
import { useView } from './useView'

export function useForm<I, O>(
  write: (api: Api, hospitalId: number, input: I) => Promise<O>,
  done: (output: O, input: I) => void | Promise<void>,
) {
  const { view, api } = useView()
  const refresh = useRefresh()
  const busy = ref(false)
  const error = shallowRef<ApiError | null>(null)

  async function send(input: I): Promise<void> {
    if (busy.value) return
    const { hospital } = view.value
    busy.value = true
    error.value = null
    try {
      await done(await write(await api(), hospital!, input), input)
    } catch (problem) {
      error.value = toApiError(problem)
    } finally {
      busy.value = false
      // Also after a refusal: it may say that something else is true by now.
      void refresh(hospital)
    }
  }
  return { busy, error, send, forget: () => (error.value = null) }
}
