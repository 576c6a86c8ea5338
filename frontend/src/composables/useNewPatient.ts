// A new patient, with a look first whether they are known already.
import { type Ref, ref, shallowRef } from 'vue'

import { type ApiError, type Patient, type PatientInput, toApiError } from '../api'
import { fold } from '../lib/fold'
import { useRepeating } from './useRepeating'
import { onSignedInAgain } from './useSignedInAgain'
import { useView } from './useView'

const plain = (name: string) => fold(name).replace(/\s+/g, ' ')

export function useNewPatient(hospitalId: Ref<number | null>) {
  const { api } = useView()
  const repeating = useRepeating()
  const error = shallowRef<ApiError | null>(null)
  const likely = shallowRef<Patient[]>([])
  const looking = ref(false)
  onSignedInAgain(() => {
    if (error.value?.code === 'not_authenticated') error.value = null
  })

  /** Those with the same name, or with the same birthday and a word of the name in common. */
  async function lookAlikes(input: PatientInput): Promise<Patient[]> {
    const spoken = await api()
    const searches = [input.name, input.dateOfBirth].map((search) =>
      spoken.patients(hospitalId.value!, { search }),
    )
    const pages = await Promise.all(searches)
    const words = new Set(plain(input.name).split(' '))
    const alike = pages
      .flatMap(({ items }) => items)
      .filter(({ name, dateOfBirth }) => {
        if (plain(name) === plain(input.name)) return true
        return (
          dateOfBirth === input.dateOfBirth &&
          plain(name)
            .split(' ')
            .some((w) => words.has(w))
        )
      })
    return [...new Map(alike.map((patient) => [patient.id, patient])).values()]
  }

  /** The new patient; `null` when there is something to look at first. */
  async function create(input: PatientInput, sure = false): Promise<Patient | null> {
    if (repeating.busy.value || looking.value) return null
    error.value = null
    likely.value = []
    try {
      if (!sure) {
        looking.value = true
        likely.value = await lookAlikes(input)
        looking.value = false
        if (likely.value.length) return null
      }
      return await repeating.send(input, async (what, key) =>
        (await api()).createPatient(hospitalId.value!, what, key),
      )
    } catch (problem) {
      error.value = toApiError(problem)
      return null
    } finally {
      looking.value = false
    }
  }
  return { repeating, error, likely, looking, create }
}
