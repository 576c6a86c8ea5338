// The ways around the board, for keys and buttons alike.
import { addDays, daysBetween } from '../lib/time'
import { nextMode, shifted, shownRange, type ViewMode } from '../lib/view'
import { useBoard } from './useBoard'

export function useBoardMoves() {
  const { view, show, today, range, narrow, mode, panel, popup, days } = useBoard()

  function goTo(from: string, to: string) {
    return show({ from, to: view.value.mode === 'day' ? null : to })
  }
  function step(by: -1 | 1) {
    if (mode.value === 'day')
      return goTo(addDays(range.value.from, by), addDays(range.value.from, by))
    const next = shifted(view.value, today.value, by)
    return show(next)
  }
  function goToday() {
    const span = days.value - 1
    return goTo(today.value, addDays(today.value, span))
  }
  function setMode(next: ViewMode) {
    // From many days to one: today, when it is among them.
    const { from, to } = range.value
    const within = today.value >= from && today.value <= to
    const start = next === 'day' && within ? today.value : from
    const wanted = { ...view.value, mode: next, from: start, to: null }
    return show({ mode: next, from: start, to: shownRange(wanted, today.value).to })
  }
  function openDay(date: string) {
    return show({ mode: 'day', from: date, to: null })
  }
  /** Make sure that a date is on the board. */
  function reveal(date: string) {
    const { from, to } = range.value
    if (date >= from && date <= to) return Promise.resolve()
    if (narrow.value || view.value.mode === 'day') return show({ from: date, to: null })
    return show({ from: date, to: addDays(date, daysBetween(from, to)) })
  }
  function toggleOpenings() {
    panel.value = panel.value?.kind === 'openings' ? null : { kind: 'openings' }
  }
  return {
    goTo,
    step,
    goToday,
    setMode,
    nextMode: () => setMode(nextMode(view.value.mode)),
    openDay,
    reveal,
    toggleOpenings,
    openPopup: (which: NonNullable<typeof popup.value>) => (popup.value = which),
  }
}
