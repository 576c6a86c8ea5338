// A change of an appointment is sent; where no answer comes, what stands is asked until it is known.
import { type Ref, ref } from 'vue'

import { type Appointment, ApiError, toApiError } from '../api'
import { bears, type Change } from '../lib/change'
import { retryDelay } from './useServerData'
import { onWipe } from './useSession'
import { useView } from './useView'

export function useOutcome(hospitalId: Ref<number | null>) {
  const { api } = useView()
  /** Whose appointment may have been changed or not. */
  const unknown = ref<string | null>(null)
  let wiped = 0
  onWipe(() => {
    wiped += 1
    unknown.value = null
  })

  /** What the server says, as soon as it says anything. */
  async function standing<T>(ask: () => Promise<T>, turn = 0, begun = wiped): Promise<T> {
    try {
      return await ask()
    } catch (problem) {
      if (!toApiError(problem).passing || begun !== wiped) throw problem
      await new Promise((resolve) => setTimeout(resolve, retryDelay(turn, problem)))
      return standing(ask, turn + 1, begun)
    }
  }

  /** The changed appointment. Throws what refused it, a conflict with what stands now included. */
  async function send(appointment: Appointment, change: Change): Promise<Appointment> {
    const [hospital, { id, version }, spoken] = [hospitalId.value!, appointment, await api()]
    try {
      return 'cancel' in change
        ? await spoken.cancelAppointment(hospital, id, version, change.cancel)
        : await spoken.changeAppointment(hospital, id, version, change)
    } catch (problem) {
      const refusal = toApiError(problem)
      const current = refusal.current as Appointment | undefined
      // Sent once more after a lost answer, it meets what it did the first time.
      if (refusal.code === 'version_conflict' && current && bears(current, change)) return current
      if (!refusal.uncertain) throw problem
      // A change is bound to a version, so what stands now tells whether it was done.
      unknown.value = appointment.patient.name
      const ask = () => spoken.appointment(hospital, id, { fresh: true })
      const now = await standing(ask).finally(() => (unknown.value = null))
      if (now.version === version) throw problem
      if (bears(now, change)) return now
      throw new ApiError({ code: 'version_conflict', detail: '', current: now })
    }
  }
  return { unknown, send }
}
