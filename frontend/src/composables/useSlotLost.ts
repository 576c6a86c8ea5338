// Whether the slot of an open booking dialog is still there, as the board learns of it.
import { computed } from 'vue'

import { ApiError, type Opening } from '../api'
import { type Cell, freeCells } from '../lib/grid'
import type { BookingFlow } from './useBooking'
import type { ScheduleView } from './useSchedule'

const MOST = 3
const CODES = {
  booked: 'slot_taken',
  busy: 'slot_taken',
  past: 'slot_in_past',
  off: 'slot_unavailable',
  missing: 'slot_unavailable',
} as const

export function useSlotLost({ target, cellKey, busy }: BookingFlow, { grid }: ScheduleView) {
  const now = computed(() => grid.value?.cells.flat().find(({ key }) => key === cellKey.value))
  const same = computed(() => {
    const wanted = target.value
    if (!wanted || !grid.value) return null
    const { cells, rows, columns } = grid.value
    const column = columns.findIndex(
      ({ doctorId, date }) => doctorId === wanted.doctorId && date === wanted.date,
    )
    const row = rows.findIndex(({ time, fold }) => time === wanted.time && fold === 0)
    return cells[row]?.[column] ?? null
  })

  /** Those of this doctor that are nearest in time, and others' at that hour; the nearest first. */
  function others(): Opening[] {
    const { doctorId, startsAt } = target.value!
    const away = (cell: Cell) => Math.abs(Date.parse(cell.startsAt!) - Date.parse(startsAt))
    return freeCells(grid.value!)
      .filter((cell) => cell.doctorId === doctorId || away(cell) === 0)
      .sort((one, other) => away(one) - away(other))
      .slice(0, MOST)
      .map(({ doctorId, date, time, startsAt }) => {
        return { doctorId, date, time, startsAt: startsAt!, duration: 60 }
      })
  }
  /** As the server would refuse it; while a booking is under way the cell may be its own doing. */
  return computed<ApiError | null>(() => {
    // A slot that is not offered any more has no key to be found by.
    const kind = (now.value ?? same.value)?.kind
    if (busy.value || !target.value?.doctorId || !kind || kind === 'free') return null
    return new ApiError({ code: CODES[kind], detail: '', alternatives: others() })
  })
}
