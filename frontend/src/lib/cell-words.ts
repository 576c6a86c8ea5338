// What a cell says, to the eye and to a screen reader.
import type { Words } from '../composables/useWords'
import { t } from '../i18n'
import type { Cell, Row } from './grid'

export type Pending = 'booking' | 'moving'

export function cellText(cell: Cell, pending: Pending | undefined, freeWord: string): string {
  if (pending) return t(`cell.${pending}`)
  if (cell.kind === 'booked') return cell.appointment?.patient.name ?? ''
  if (cell.kind === 'free') return freeWord
  if (cell.kind === 'off') return ''
  return t(`cell.${cell.kind}`)
}

export function cellState(cell: Cell, pending: Pending | undefined, freeWord: string): string {
  if (pending) return t(`cell.${pending}`)
  if (cell.kind === 'free' && freeWord !== t('cell.free'))
    return `${t('cell.freeLong')}, ${freeWord}`
  if (cell.kind !== 'booked' || !cell.appointment) return t(`cell.${cell.kind}Long`)
  const status = t(`status.${cell.appointment.status}`)
  return t('cell.bookedLong', { status, name: cell.appointment.patient.name })
}

/** `10:00`, or `01:00 EST` where the hour stands twice. */
export function rowTime(row: Row, zone: string, words: Words): string {
  const time = words.time(row.time)
  return row.instant === null ? time : `${time} ${words.zone(zone, row.instant)}`
}
