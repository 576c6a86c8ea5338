// Where the focus is on the board, and that it never gets lost: dates, doctors and views come and
// go, the doctor and hour that the reader was at stay.
import { onMounted, type Ref, watch } from 'vue'

import { type Cell, freeCells, type OverviewCell } from '../lib/grid'
import { carried, type Spot } from '../lib/spot'
import { useBoard } from './useBoard'

interface Table {
  focusSpot: (spot: Spot) => void
  focusHeld: () => void
  focusCell?: (cell: Pick<Cell, 'key'>) => void
}

export function useBoardFocus(
  root: Readonly<Ref<HTMLElement | null>>,
  table: Readonly<Ref<Table | null>>,
  /** Nothing is there to be drawn as a table. */
  empty: Ref<boolean>,
) {
  const { schedule, hospital, spot, focused, refocus, range, doctorIds, mode } = useBoard()
  /** What was asked for is on its way: the focus goes to the spot once it is drawn. */
  let due: 'no' | 'if lost' | 'at once' = 'if lost'
  let begun = false
  /** While the focus is put somewhere: the nearest cell is not what the reader chose. */
  let putting = false
  let at: Spot | null = null

  const active = () => document.activeElement ?? document.body
  const isOurs = () => active() === document.body || !!root.value?.contains(active())
  /** Nobody is drawn away from where they type or choose. */
  const isBusy = () => !!active().closest('[role="dialog"], input, textarea, select, .panel')

  function put(): void {
    putting = begun = true
    const first = spot.value ? null : freeCells(schedule.grid.value)[0]
    if (!table.value) root.value?.focus({ preventScroll: true })
    else if (spot.value) table.value.focusSpot(spot.value)
    else if (first && table.value.focusCell) table.value.focusCell(first)
    else table.value.focusHeld()
    if (table.value) spot.value ??= at
    putting = false
  }
  /** Until then it is on what is there: the keyboard is never dead. */
  function rest(): void {
    if (root.value?.contains(active())) return
    putting = true
    table.value?.focusHeld()
    if (!root.value?.contains(active())) root.value?.focus({ preventScroll: true })
    putting = false
  }
  function settle(): void {
    if (due === 'no') return
    if (schedule.current.value && (table.value || empty.value)) {
      const leave = due === 'at once' ? isBusy() : !isOurs()
      due = 'no'
      if (!leave) put()
    } else if (begun && active() === document.body) rest()
  }
  refocus.value = (cell) => {
    if (cell && table.value?.focusCell) return table.value.focusCell(cell)
    due = 'if lost'
    rest()
    settle()
  }

  /** What a table says of the cell that it holds. */
  function held(cell: Cell | null): void {
    focused.value = cell
    at = cell && { doctorId: cell.doctorId, date: cell.date, time: cell.time, fold: cell.fold }
  }
  function heldDay(cell: OverviewCell | null): void {
    const { time, fold } = spot.value ?? { time: cell?.first ?? '00:00', fold: 0 }
    at = cell && { doctorId: cell.doctorId, date: cell.date, time, fold }
  }
  /** The spot is what the reader goes to; on dates that are on their way, its doctor and hour. */
  function note(event: FocusEvent): void {
    if (putting || !at || !(event.target as Element).closest('td')) return
    if (due === 'no') spot.value = at
    else if (!schedule.current.value) spot.value = { ...at, date: spot.value?.date ?? at.date }
  }

  let before = { ...range.value }
  const asked = () =>
    [hospital.id.value, range.value.from, range.value.to, mode.value, doctorIds.value.join()].join()
  watch(asked, () => {
    if (isOurs()) due = 'if lost'
    if (spot.value) spot.value = carried(spot.value, before, range.value)
    before = { ...range.value }
  })
  watch(hospital.id, () => {
    spot.value = null
    due = 'at once'
  })
  watch([table, empty, schedule.grid, schedule.overview], settle, { flush: 'post' })
  watch(table, (now) => !now && (focused.value = null))
  onMounted(() => (focused.value = null))
  return { held, heldDay, note }
}
