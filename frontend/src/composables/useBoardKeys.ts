// The keyboard of the board. Single letters count only while the board or a panel has the focus.
import { onMounted, onUnmounted } from 'vue'

import { nextFree } from '../lib/grid'
import { addDays } from '../lib/time'
import { useBoard } from './useBoard'
import { useBoardMoves } from './useBoardMoves'
import { useInHand } from './useInHand'
import { usePreferences } from './usePreferences'
import { useSession } from './useSession'

export function useBoardKeys() {
  const board = useBoard()
  const moves = useBoardMoves()
  const inHand = useInHand()
  const preferences = usePreferences()
  const { state } = useSession()
  const { popup, panel, booking, move, patientFirst, focused, spot, schedule, refocus } = board

  function toFree(by: 1 | -1) {
    if (!schedule.grid.value) return
    const cell = nextFree(schedule.grid.value, focused.value, by)
    if (cell) refocus.value(cell)
  }
  async function toDay(by: 1 | -1) {
    if (!spot.value) return moves.step(by)
    const date = addDays(spot.value.date, by)
    spot.value = { ...spot.value, date }
    await moves.reveal(date)
    refocus.value()
  }
  function escape() {
    if (move.inHand.value) move.leave()
    else if (panel.value) panel.value = null
    else if (patientFirst.chosen.value) patientFirst.drop()
    else return
    refocus.value()
  }
  const LETTERS: Record<string, () => unknown> = {
    '/': () => (popup.value = 'patient'),
    '?': () => (popup.value = 'help'),
    '+': () => (popup.value = 'doctors'),
    '[': () => moves.step(-1),
    ']': () => moves.step(1),
    o: moves.toggleOpenings,
    d: () => (popup.value = 'date'),
    t: moves.goToday,
    v: moves.nextMode,
    n: () => toFree(1),
    N: () => toFree(-1),
    m: () => inHand.take(),
    a: () => inHand.setStatus('arrived'),
    f: () => inHand.setStatus('fulfilled'),
    x: () => inHand.setStatus('noshow'),
  }
  const CALLED: Record<string, 'commands' | 'print'> = { k: 'commands', p: 'print' }
  const NAMED: Record<string, () => unknown> = {
    Delete: () => inHand.askCancel(),
    PageUp: () => toDay(-1),
    PageDown: () => toDay(1),
    Escape: escape,
  }
  function onKey(event: KeyboardEvent) {
    if (event.defaultPrevented || event.isComposing || state.value !== 'signed-in') return
    const target = event.target as HTMLElement
    const called = event.ctrlKey || event.metaKey ? CALLED[event.key.toLowerCase()] : undefined
    // The browser's own print of a page with the dialog open prints what the dialog shows.
    if (called && popup.value !== 'print' && !event.shiftKey) {
      event.preventDefault()
      popup.value = called
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || popup.value) return
    // A name typed while the dialog is on its way is no command.
    if (booking.target.value) return
    if (target.matches('input, textarea, select, [contenteditable]')) return
    if (target !== document.body && !target.closest('.board, .panel')) return
    const run = NAMED[event.key] ?? (preferences.letters ? LETTERS[event.key] : undefined)
    if (!run) return
    event.preventDefault()
    void run()
  }
  onMounted(() => document.addEventListener('keydown', onKey))
  onUnmounted(() => document.removeEventListener('keydown', onKey))
}
