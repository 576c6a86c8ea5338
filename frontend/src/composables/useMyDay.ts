// The reader's own day as a doctor: its slots in the order of time, kept fresh.
import { computed, ref } from 'vue'

import type { Status } from '../api'
import { t } from '../i18n'
import type { Cell } from '../lib/grid'
import { addDays, today as todayOf } from '../lib/time'
import { announce } from './useAnnouncer'
import { useChange } from './useChange'
import { useHospital } from './useHospital'
import { appointmentOf } from './useInHand'
import { useNow } from './useNow'
import { useSchedule } from './useSchedule'
import { useView } from './useView'
import { slotKey } from '../lib/grid'

export function useMyDay() {
  const { view, show, at } = useView()
  const hospital = useHospital()
  const now = useNow()
  const zone = computed(() => hospital.facts.value?.timezone ?? 'UTC')
  const today = computed(() => todayOf(zone.value, now.value))
  const date = computed(() => view.value.from ?? today.value)
  const doctorIds = computed(() => (hospital.ownDoctor.value ? [hospital.ownDoctor.value] : []))
  const range = computed(() => ({ from: date.value, to: date.value }))
  const schedule = useSchedule(zone, doctorIds, range, ref('day'))
  const change = useChange(hospital.id, (...places) =>
    schedule.expectOwn(...places.map((one) => slotKey(one.doctorId, one.startsAt))),
  )

  const slots = computed(() => {
    const grid = schedule.grid.value
    return grid?.rows.flatMap((row, index) => {
      const cell = grid.cells[index]![0]
      return cell?.startsAt ? [{ row, cell }] : []
    })
  })
  const counts = computed(() => ({
    booked: slots.value?.filter(({ cell }) => cell.kind === 'booked').length ?? 0,
    free: slots.value?.filter(({ cell }) => cell.kind === 'free').length ?? 0,
  }))
  /** The slot that is under way. */
  const current = computed(() => {
    const passed = slots.value?.filter(({ cell }) => Date.parse(cell.startsAt!) <= now.value) ?? []
    const last = passed.at(-1)?.cell
    return last && now.value < Date.parse(last.startsAt!) + 3_600_000 ? last.key : null
  })

  async function setStatus(cell: Cell, status: Status) {
    const appointment = appointmentOf(cell, hospital.id.value!)
    const changed = appointment && (await change.apply(appointment, { status }))
    if (!changed) return
    announce(t('said.status', { name: changed.patient.name, status: t(`status.${status}`) }))
  }
  /** The last refused one, of the appointment as it stands now. */
  function again() {
    const { id, change: tried } = change.about.value!
    const cell = slots.value?.find((one) => one.cell.appointment?.id === id)?.cell
    if (cell && 'status' in tried && tried.status) void setStatus(cell, tried.status)
  }
  return {
    again,
    ...{ hospital, zone, today, date, range, schedule, change, slots, counts, current, setStatus },
    goTo: (day: string) => show({ from: day === today.value ? null : day }),
    step: (by: number) => show({ from: addDays(date.value, by) }),
    availability: computed(() =>
      at('/availability', { doctors: doctorIds.value, from: date.value }),
    ),
  }
}
