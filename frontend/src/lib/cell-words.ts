// What a cell says, to the eye and to a screen reader.
import { computed } from 'vue'

import type { Words } from '../composables/useWords'
import { i18n, t } from '../i18n'
import type { Cell, Row } from './grid'

export type Pending = 'booking' | 'moving'

/** To look a word up takes longer than to draw its cell: each is looked up once in a language. */
const words = computed(() => {
  const known = new Map<string, string>()
  void i18n.global.locale.value
  return (key: string) => {
    let word = known.get(key)
    if (word === undefined) known.set(key, (word = t(key)))
    return word
  }
})

export function cellText(cell: Cell, pending: Pending | undefined, freeWord: string): string {
  if (pending) return words.value(`cell.${pending}`)
  if (cell.kind === 'booked') return cell.appointment?.patient.name ?? ''
  if (cell.barred) return words.value(cell.barred === 'draft' ? 'cell.draft' : 'cell.free')
  if (cell.kind === 'free') return freeWord
  if (cell.kind === 'off') return ''
  return words.value(`cell.${cell.kind}`)
}

/** What became of the appointment, where that is worth a second line. */
export function cellStatus({ appointment }: Cell): string {
  const status = appointment?.status ?? 'booked'
  return status === 'booked' ? '' : words.value(`status.${status}`)
}

export function cellState(cell: Cell, pending: Pending | undefined, freeWord: string): string {
  const word = words.value
  if (pending) return word(`cell.${pending}`)
  if (cell.barred) return `${word('cell.freeLong')}, ${word(`cell.${cell.barred}Long`)}`
  if (cell.kind === 'free' && freeWord !== word('cell.free'))
    return `${word('cell.freeLong')}, ${freeWord}`
  if (cell.kind !== 'booked' || !cell.appointment) return word(`cell.${cell.kind}Long`)
  const status = word(`status.${cell.appointment.status}`)
  return t('cell.bookedLong', { status, name: cell.appointment.patient.name })
}

/** `10:00`, or `01:00 EST` where the hour stands twice. */
export function rowTime(row: Row, zone: string, words: Words): string {
  const time = words.time(row.time)
  return row.instant === null ? time : `${time} ${words.zone(zone, row.instant)}`
}
