// What a form sends: busy while it is under way, and why it was refused.
import { ref, shallowRef } from 'vue'

import { type Api, type ApiError, toApiError } from '../api'
import { useView } from './useView'

export function useForm<I, O>(
  write: (api: Api, hospitalId: number, input: I) => Promise<O>,
  done: (output: O, input: I) => void,
) {
  const { view, api } = useView()
  const busy = ref(false)
  const error = shallowRef<ApiError | null>(null)

  async function send(input: I): Promise<void> {
    if (busy.value) return
    busy.value = true
    error.value = null
    try {
      done(await write(await api(), view.value.hospital!, input), input)
    } catch (problem) {
      error.value = toApiError(problem)
    } finally {
      busy.value = false
    }
  }
  return { busy, error, send, forget: () => (error.value = null) }
}
