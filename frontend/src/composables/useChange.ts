// Changes of an appointment: moves, statuses, reason, cancelling; and what to do about a stale one.
import { useQueryClient } from '@tanstack/vue-query'
import { type Ref, ref, shallowRef } from 'vue'

import {
  ApiError,
  type Appointment,
  type DoctorDay,
  type SlotAppointment,
  toApiError,
} from '../api'
import type { Change } from '../lib/change'
import { onWipe } from './useSession'
import { useOnline } from './useOnline'
import { useOutcome } from './useOutcome'
import { useRefresh } from './useServerData'
import { useView } from './useView'

export interface Conflict {
  mine: Change
  /** As it was when the change was begun. */
  seen: Appointment
  theirs: Appointment
}

export function useChange(
  hospitalId: Ref<number | null>,
  /** Where the board is about to change. */
  touch: (...places: { doctorId: number; startsAt: string }[]) => void,
) {
  const { view } = useView()
  const client = useQueryClient()
  const refresh = useRefresh()
  const busy = ref(false)
  const conflict = shallowRef<Conflict | null>(null)
  const error = shallowRef<ApiError | null>(null)
  /** What `error` is about. Bound to a version, it is tried again by the reader, never by itself. */
  const about = shallowRef<{ id: number; change: Change } | null>(null)
  const online = useOnline()
  const { unknown, send } = useOutcome(hospitalId)
  onWipe(() => {
    conflict.value = null
    error.value = null
  })

  /** Write what is known of an appointment into every schedule at hand, before a refresh does. */
  function write(appointment: Appointment, known: Partial<SlotAppointment>) {
    const key = [view.value.api, hospitalId.value, 'schedules']
    client.setQueriesData<DoctorDay[]>({ queryKey: key }, (days) =>
      days?.map((day) =>
        day.doctorId !== appointment.doctorId || day.date !== appointment.date
          ? day
          : {
              ...day,
              slots: day.slots.map((slot) =>
                slot.appointment?.id === appointment.id
                  ? { ...slot, appointment: { ...slot.appointment, ...known } }
                  : slot,
              ),
            },
      ),
    )
  }

  /** The changed appointment, or `null` when it was refused; `error` or `conflict` say why. */
  async function apply(appointment: Appointment, change: Change): Promise<Appointment | null> {
    const hospital = hospitalId.value!
    error.value = null
    about.value = { id: appointment.id, change }
    if (!online.value) {
      error.value = new ApiError({ code: 'offline', detail: '' })
      return null
    }
    busy.value = true
    touch(appointment, { ...appointment, ...change })
    if ('status' in change && change.status) write(appointment, { status: change.status })
    try {
      const changed = await send(appointment, change)
      client.setQueryData([view.value.api, hospital, 'appointment', changed.id], changed)
      // The next key press is about this version, not about the one before.
      const { status, version: now } = changed
      if (status !== 'cancelled') write(changed, { status, version: now })
      conflict.value = null
      return changed
    } catch (problem) {
      const refusal = toApiError(problem)
      if (refusal.code === 'version_conflict' && refusal.current) {
        const theirs = refusal.current as Appointment
        conflict.value = { mine: change, seen: appointment, theirs }
      } else error.value = refusal
      return null
    } finally {
      busy.value = false
      void refresh(hospital)
    }
  }

  async function applyMine(): Promise<Appointment | null> {
    const { mine, theirs } = conflict.value!
    conflict.value = null
    return apply(theirs, mine)
  }
  return {
    busy,
    error,
    about,
    conflict,
    unknown,
    apply,
    applyMine,
    keepTheirs: () => (conflict.value = null),
    forget: () => (error.value = null),
  }
}
export type ChangeFlow = ReturnType<typeof useChange>
