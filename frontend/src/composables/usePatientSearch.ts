// Patients as one types. Older answers are dropped; nothing is kept after the search.
import { computed, onScopeDispose, ref, type Ref, shallowRef, watch } from 'vue'

import { isAbort, type Patient, toApiError } from '../api'
import { readSought } from '../lib/read-date'
import { onSignedInAgain } from './useSignedInAgain'
import { useView } from './useView'
import { useWords } from './useWords'

const PATIENCE = 150

export function usePatientSearch(hospitalId: Ref<number | null>, today: Ref<string>) {
  const { api } = useView()
  const { locale } = useWords()
  const text = ref('')
  const found = shallowRef<Patient[]>([])
  /** What `found` is the answer to. */
  const answered = ref('')
  const error = shallowRef<unknown>(null)
  /** The date of birth in what was typed. */
  const read = computed(() => readSought(text.value, locale.value, today.value))
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
  /** A date in the server's form; where it may be a number of another kind, that as well. */
  function questions(search: string): string[] {
    if (!read.value) return [search]
    return read.value.numeric ? [read.value.question, search] : [read.value.question]
  }
  async function ask(search: string) {
    const mine = (running = new AbortController())
    try {
      const spoken = await api()
      const pages = await Promise.all(
        questions(search).map((one) =>
          spoken.patients(hospitalId.value!, { search: one }, null, { signal: mine.signal }),
        ),
      )
      if (mine !== running) return
      const all = pages.flatMap(({ items }) => items)
      found.value = [...new Map(all.map((patient) => [patient.id, patient])).values()]
      answered.value = search
      error.value = null
      asking.value = false
    } catch (problem) {
      if (isAbort(problem) || mine !== running) return
      error.value = problem
      // Whom an older search found is not what this one asks for.
      if (found.value.length) found.value = []
      const { passing, retryAfter } = toApiError(problem)
      asking.value = passing
      if (passing) timer = setTimeout(() => void ask(search), (retryAfter ?? 2) * 1000)
    }
  }
  /** Now, instead of later or never. */
  function retry() {
    clearTimeout(timer)
    running?.abort()
    asking.value = true
    void ask(text.value.trim())
  }
  onSignedInAgain(() => error.value && retry())
  onScopeDispose(() => {
    clearTimeout(timer)
    running?.abort()
  })
  return { text, read, retry, found, error, asking, done: computed(() => answered.value !== '') }
}
