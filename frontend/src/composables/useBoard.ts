// Everything that the parts of the board share: what is shown, what is in hand, what is open.
import { computed, inject, type InjectionKey, provide, ref, shallowRef, watch } from 'vue'
import { useRouter } from 'vue-router'

import type { Appointment } from '../api'
import { t } from '../i18n'
import type { Pending } from '../lib/cell-words'
import { type Cell, foldOf, slotKey } from '../lib/grid'
import type { Spot } from '../lib/spot'
import { announce } from './useAnnouncer'
import { useBooking } from './useBooking'
import { useChange } from './useChange'
import { takeHanded, takeWayBack } from './useHandover'
import { useHospital } from './useHospital'
import { useMove } from './useMove'
import { useNow } from './useNow'
import { usePatientFirst } from './usePatientFirst'
import { useSchedule } from './useSchedule'
import { useRefresh } from './useServerData'
import { onWipe } from './useSession'
import { noteSettled } from './useShiftDraft'
import { useShown } from './useShown'
import { useUnderway } from './useUnderway'
import { useView } from './useView'
import { useWords } from './useWords'

export type Panel = { kind: 'openings' } | { kind: 'appointment'; id: number } | { kind: 'patient' }
export type Popup = 'patient' | 'doctors' | 'date' | 'help' | 'commands' | 'cancel' | 'print'

export function createBoard() {
  const { view, show, at, api } = useView()
  const router = useRouter()
  const hospital = useHospital()
  const words = useWords()
  const now = useNow()
  const refresh = useRefresh()
  const patientFirst = usePatientFirst()
  const underway = useUnderway()

  const shown = useShown(hospital, now)
  const schedule = useSchedule(shown.zone, shown.doctorIds, shown.range, shown.mode)

  const panel = shallowRef<Panel | null>(null)
  const popup = shallowRef<Popup | null>(null)
  const focused = shallowRef<Cell | null>(null)
  const lit = ref<string | null>(null)
  /** Where the keyboard is: the same doctor and hour, whatever is drawn. */
  const spot = shallowRef<Spot | null>(null)
  /** How the board takes the focus back, as soon as its spot is drawn; set by the board itself. */
  const refocus = shallowRef<(cell?: Pick<Cell, 'key'>) => void>(() => undefined)
  onWipe(() => {
    panel.value = null
    popup.value = null
  })

  /** Whether a place is among the doctors and dates that were asked for. */
  const isAsked = ({ doctorId, date }: Pick<Cell, 'doctorId' | 'date'>) => {
    const { from, to } = shown.range.value
    return date >= from && date <= to && shown.doctorIds.value.includes(doctorId)
  }
  const where = (one: { doctorId: number; date: string; time: string }) => ({
    doctor: hospital.doctor(one.doctorId)?.name ?? '',
    date: words.date(one.date, 'day'),
    time: words.time(one.time),
  })
  function settled(appointment: Appointment, say: 'booked' | 'moved') {
    announce(t(`said.${say}`, { ...where(appointment), name: appointment.patient.name }))
    void refresh(hospital.id.value!)
  }
  const booking = useBooking(
    hospital.id,
    (appointment, key, watched) => {
      schedule.expectOwn(key)
      settled(appointment, 'booked')
      if (!watched) return
      patientFirst.drop()
      if (isAsked(appointment))
        spot.value = { ...appointment, fold: foldOf(schedule.grid.value, key) }
    },
    () => void refresh(hospital.id.value!),
  )
  const change = useChange(hospital.id, (...places) =>
    schedule.expectOwn(...places.map((one) => slotKey(one.doctorId, one.startsAt))),
  )
  const move = useMove(change, (moved) => {
    settled(moved, 'moved')
    noteSettled(moved)
    if (isAsked(moved)) spot.value = { ...moved, fold: 0 }
    const back = takeWayBack()
    if (back) void router.push(back)
    else panel.value = { kind: 'appointment', id: moved.id }
  })
  const handed = takeHanded()
  if (handed) {
    move.take(handed)
    announce(t('said.moving', { name: handed.patient.name }))
  }
  const pending = computed<Map<string, Pending>>(() => {
    const marks = new Map<string, Pending>()
    const waiting = underway.waiting.value.map(({ cellKey }) => cellKey)
    if (booking.busy.value) waiting.push(booking.cellKey.value)
    for (const key of waiting) if (key) marks.set(key, 'booking')
    if (move.targetKey.value) marks.set(move.targetKey.value, 'moving')
    return marks
  })
  watch(schedule.news, (cells) => {
    const [first] = cells
    if (first) announce(t('said.changed', { count: cells.length, ...where(first) }, cells.length))
  })

  return {
    ...{ view, show, at, api, hospital, words, now, ...shown, schedule },
    ...{ panel, popup, focused, spot, isAsked, lit, refocus, where },
    ...{ patientFirst, booking, change, move, pending },
  }
}
export type Board = ReturnType<typeof createBoard>

const KEY: InjectionKey<Board> = Symbol('board')
export function provideBoard(): Board {
  const board = createBoard()
  provide(KEY, board)
  return board
}
export function useBoard(): Board {
  return inject(KEY)!
}
