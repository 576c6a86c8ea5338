// What is written from the board: bookings, changes, moves; and that the reader is told.
import { computed, type Ref } from 'vue'
import { useRouter } from 'vue-router'

import type { Appointment } from '../api'
import { t } from '../i18n'
import type { Pending } from '../lib/cell-words'
import { foldOf, slotKey } from '../lib/grid'
import type { Spot } from '../lib/spot'
import { announce } from './useAnnouncer'
import type { Panel } from './useBoard'
import { useBooking } from './useBooking'
import { useChange } from './useChange'
import { takeHanded, takeWayBack } from './useHandover'
import type { HospitalView } from './useHospital'
import { useMove } from './useMove'
import { notify } from './useNotice'
import { usePatientFirst } from './usePatientFirst'
import type { ScheduleView } from './useSchedule'
import { useRefresh } from './useServerData'
import { noteSettled } from './useShiftDraft'

interface Place {
  doctorId: number
  date: string
  time: string
}
interface Around {
  hospital: HospitalView
  panel: Ref<Panel | null>
  spot: Ref<Spot | null>
  isAsked: (place: Place) => boolean
  where: (place: Appointment) => Record<string, string>
}

export function useBoardWrites(around: Around, schedule: () => ScheduleView) {
  const { hospital, panel, spot, isAsked, where } = around
  const router = useRouter()
  const refresh = useRefresh()
  const patientFirst = usePatientFirst()

  /** Unwatched, its own note tells of it, and the reader is elsewhere by now. */
  function settled(appointment: Appointment, say: 'booked' | 'moved', watched = true) {
    const tell = watched ? notify : announce
    tell(t(`said.${say}`, { ...where(appointment), name: appointment.patient.name }))
    void refresh(hospital.id.value!)
    if (!watched) return
    const { doctorId, date, time, startsAt } = appointment
    const fold = foldOf(schedule().grid.value, slotKey(doctorId, startsAt))
    if (isAsked(appointment)) spot.value = { doctorId, date, time, fold }
  }
  const booking = useBooking(
    hospital.id,
    (appointment, key, watched) => {
      schedule().expectOwn(key)
      settled(appointment, 'booked', watched)
    },
    () => void refresh(hospital.id.value!),
  )
  const change = useChange(hospital.id, (...places) =>
    schedule().expectOwn(...places.map((one) => slotKey(one.doctorId, one.startsAt))),
  )
  const move = useMove(
    change,
    (moved) => {
      settled(moved, 'moved')
      noteSettled(moved)
      const back = takeWayBack()
      if (back) void router.push(back)
      else panel.value = { kind: 'appointment', id: moved.id }
    },
    ({ id }) => (panel.value = { kind: 'appointment', id }),
  )
  const handed = takeHanded()
  if (handed) {
    move.take(handed)
    announce(t('said.moving', { name: handed.patient.name }))
  }
  const pending = computed<Map<string, Pending>>(() => {
    const marks = new Map<string, Pending>()
    for (const key of booking.waitingKeys.value) marks.set(key, 'booking')
    if (move.targetKey.value) marks.set(move.targetKey.value, 'moving')
    return marks
  })
  return { patientFirst, booking, change, move, pending }
}
