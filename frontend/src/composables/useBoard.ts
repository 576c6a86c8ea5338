// Everything that the parts of the board share: what is shown, what is in hand, what is open.
import { inject, type InjectionKey, provide, ref, shallowRef, watch } from 'vue'

import { t } from '../i18n'
import type { Cell } from '../lib/grid'
import type { Spot } from '../lib/spot'
import { announce } from './useAnnouncer'
import { useBars } from './useBars'
import { useBoardWrites } from './useBoardWrites'
import { useHospital } from './useHospital'
import { useNow } from './useNow'
import { type ScheduleView, useSchedule } from './useSchedule'
import { onWipe } from './useSession'
import { useShown } from './useShown'
import { useView } from './useView'
import { useWords } from './useWords'

export type Panel = { kind: 'openings' } | { kind: 'appointment'; id: number } | { kind: 'patient' }
export type Popup = 'patient' | 'doctors' | 'date' | 'help' | 'commands' | 'cancel' | 'print'

export function createBoard() {
  const { view, show, at, api } = useView()
  const hospital = useHospital()
  const words = useWords()
  const now = useNow()

  const hours = ref<number | null>(null)
  const shown = useShown(hospital, now, hours)

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
  const where = (one: Pick<Cell, 'doctorId' | 'date' | 'time' | 'startsAt'>) => ({
    doctor: hospital.doctor(one.doctorId)?.name ?? '',
    date: words.date(one.date, 'day'),
    time: words.slot(one),
  })
  // A booking is no news: the schedule, which needs what is in hand, is told of it.
  const writes = useBoardWrites({ hospital, panel, spot, isAsked, where }, () => schedule)
  const bars = useBars(hospital, writes.move.inHand)
  const schedule: ScheduleView = useSchedule(
    shown.zone,
    shown.doctorIds,
    shown.range,
    shown.mode,
    bars,
  )
  watch(schedule.hours, (now) => (hours.value = now), { immediate: true, flush: 'sync' })
  watch(schedule.news, (cells) => {
    const [first] = cells
    if (first) announce(t('said.changed', { count: cells.length, ...where(first) }, cells.length))
  })

  return {
    ...{ view, show, at, api, hospital, words, now, ...shown, schedule },
    ...{ panel, popup, focused, spot, isAsked, lit, refocus, where },
    ...{ bars, ...writes },
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
