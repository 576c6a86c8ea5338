// Patients as one types. Older answers are dropped; nothing is kept after the search.
import { computed, onScopeDispose, ref, type Ref, shallowRef, watch } from 'vue'

import { isAbort, type Patient, toApiError } from '../api'
import { useView } from './useView'

const PATIENCE = 150

export function usePatientSearch(hospitalId: Ref<number | null>) {
  const { api } = useView()
  const text = ref('')
  const found = shallowRef<Patient[]>([])
  /** What `found` is the answer to. */
  const answered = ref('')
  const error = shallowRef<unknown>(null)
  const asking = ref(false)
  let running: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(text, (now) => {
    clearTimeout(timer)
    running?.abort()
    const search = now.trim()
    if (search === '') return clear()
    asking.value = true
    timer = setTimeout(() => void ask(search), PATIENCE)
  })
  function clear() {
    found.value = []
    answered.value = ''
    asking.value = false
    error.value = null
  }
  async function ask(search: string) {
    const mine = (running = new AbortController())
    try {
      const page = await (
        await api()
      ).patients(hospitalId.value!, { search }, null, {
        signal: mine.signal,
      })
      if (mine !== running) return
      found.value = page.items
      answered.value = search
      error.value = null
      asking.value = false
    } catch (problem) {
      if (isAbort(problem) || mine !== running) return
      error.value = problem
      const { passing, retryAfter } = toApiError(problem)
      asking.value = passing
      if (passing) timer = setTimeout(() => void ask(search), (retryAfter ?? 2) * 1000)
    }
  }
  onScopeDispose(() => {
    clearTimeout(timer)
    running?.abort()
  })
  return { text, found, error, asking, done: computed(() => answered.value !== '') }
}
