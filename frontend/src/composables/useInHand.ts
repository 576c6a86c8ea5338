// What the keys act on: the appointment under the focus, and what its status and the role allow.
import { useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { Appointment, Role, Status } from '../api'
import type { Cell } from '../lib/grid'
import { announce } from './useAnnouncer'
import { useBoard } from './useBoard'
import { useCovered } from './useNarrow'
import { t } from '../i18n'

const NEXT: Record<Status, Status[]> = {
  booked: ['arrived', 'noshow'],
  arrived: ['fulfilled', 'booked'],
  fulfilled: [],
  noshow: ['arrived'],
  cancelled: [],
}

export interface Allowed {
  move: boolean
  cancel: boolean
  statuses: Status[]
}
export function allowed(status: Status, role: Role | null): Allowed {
  if (role === null) return { move: false, cancel: false, statuses: [] }
  return {
    move: status === 'booked',
    cancel: status === 'booked' || status === 'arrived',
    statuses: NEXT[status],
  }
}

/** The appointment in a slot, as far as the schedule tells of it. */
export function appointmentOf(cell: Cell, hospitalId: number): Appointment | null {
  const { appointment, doctorId, date, time, startsAt } = cell
  if (!appointment || !startsAt) return null
  return {
    ...appointment,
    hospitalId,
    doctorId,
    date,
    time,
    startsAt,
    endsAt: new Date(Date.parse(startsAt) + 3_600_000).toISOString(),
    duration: 60,
    reason: '',
  }
}

export function useInHand() {
  const board = useBoard()
  const client = useQueryClient()
  const covered = useCovered()
  const { focused, panel, hospital, change, move, popup, view, refocus } = board

  const inPanel = () => document.activeElement?.closest('.panel') !== null
  function current(): Appointment | null {
    if (panel.value?.kind === 'appointment' && (inPanel() || !focused.value?.appointment)) {
      const key = [view.value.api, hospital.id.value, 'appointment', panel.value.id]
      return client.getQueryData<Appointment>(key) ?? null
    }
    // Of other dates than the tools say: they are on their way.
    return focused.value && board.isAsked(focused.value) && hospital.id.value
      ? appointmentOf(focused.value, hospital.id.value)
      : null
  }
  /** What comes next happens on the board: a panel that lies over it gives way. */
  function uncover() {
    if (covered.value) panel.value = null
  }
  async function setStatus(status: Status, of = current()) {
    if (!of || !allowed(of.status, hospital.role.value).statuses.includes(status)) return
    const changed = await change.apply(of, { status })
    if (changed) {
      announce(t('said.status', { name: of.patient.name, status: t(`status.${status}`) }))
    } else panel.value = { kind: 'appointment', id: of.id }
  }
  function take(of = current(), byMouse = false) {
    if (of && allowed(of.status, hospital.role.value).move) {
      move.take(of, byMouse)
      uncover()
      refocus.value()
      announce(t('said.moving', { name: of.patient.name }))
    }
  }
  function askCancel(of = current()) {
    if (!of || !allowed(of.status, hospital.role.value).cancel) return
    panel.value = { kind: 'appointment', id: of.id }
    popup.value = 'cancel'
  }
  return { current, setStatus, take, askCancel, uncover, role: computed(() => hospital.role.value) }
}
