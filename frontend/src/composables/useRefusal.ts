// Why nothing can be done in a cell, said before the server has to.
import { computed } from 'vue'

import type { DateRange } from '../api'
import { t } from '../i18n'
import type { Bar, Cell } from '../lib/grid'
import { announce } from './useAnnouncer'
import { useBoard } from './useBoard'
import { notify } from './useNotice'

type Place = Parameters<Bar>[0]

export function useRefusal() {
  const { schedule, range, words, isAsked, bars, hospital } = useBoard()
  const text = ({ from, to }: DateRange) =>
    [...new Set([from, to])].map((date) => words.date(date, 'day')).join(' – ')

  /** What is shown is of other dates than the tools above say. */
  const old = computed(() => {
    const dates = schedule.dates.value
    if (!dates || (dates.from === range.value.from && dates.to === range.value.to)) return null
    return t('board.old', { shown: text(dates), asked: text(range.value) })
  })
  /** Whether a slot can't be had; then the reader is told why. */
  function barred(place: Place): boolean {
    const bar = bars.value(place)
    if (bar) notify(t(`bars.${bar}`, { doctor: hospital.doctor(place.doctorId)?.name }))
    return bar !== undefined
  }
  /** The same of a cell on the board, which may be of other dates. */
  function refuse(cell: Cell): boolean {
    if (isAsked(cell)) return cell.kind === 'free' && barred(cell)
    announce(old.value ?? t('loading'))
    return true
  }
  return { old, barred, refuse }
}
