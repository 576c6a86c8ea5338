// Moving an appointment with the mouse: an extra, `m` does the same. What is dragged is shown on
// an element of its own, so that no cell is drawn again while the pointer moves.
import { onScopeDispose } from 'vue'

import type { Cell } from '../lib/grid'

/** Pixels that tell a drag from a click. */
const SLACK = 5
/** Pixels from the edge of the board at which it scrolls. */
const EDGE = 48

interface Dragging {
  cellAt: (target: EventTarget | null) => Cell | null
  canDrag: (cell: Cell) => boolean
  /** Whether what was taken is still in hand; Esc may have put it back. */
  inHand: () => boolean
  take: (cell: Cell) => void
  drop: (cell: Cell) => void
  leave: () => void
}

export function useCellDrag({ cellAt, canDrag, inHand, take, drop, leave }: Dragging) {
  let from: { cell: Cell; slot: Element; x: number; y: number } | null = null
  let ghost: HTMLElement | null = null
  let dragged = false

  function down(event: PointerEvent) {
    dragged = false
    const cell = cellAt(event.target)
    if (event.pointerType !== 'mouse' || event.button !== 0 || !cell || !canDrag(cell)) return
    const slot = (event.target as Element).closest('td')!.firstElementChild!
    from = { cell, slot, x: event.clientX, y: event.clientY }
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
    window.addEventListener('pointercancel', stop)
  }
  function start({ cell, slot }: NonNullable<typeof from>) {
    dragged = true
    document.getSelection()?.removeAllRanges()
    ghost = slot.cloneNode(true) as HTMLElement
    ghost.classList.add('slot--dragged')
    ghost.style.width = `${slot.clientWidth}px`
    document.body.append(ghost)
    take(cell)
  }
  function move({ clientX: x, clientY: y }: PointerEvent) {
    if (!from) return
    if (!ghost) {
      if (Math.hypot(x - from.x, y - from.y) < SLACK) return
      start(from)
    } else if (!inHand()) return stop()
    ghost!.style.translate = `${x}px ${y}px`
    const board = document.querySelector('.board')
    const box = board?.getBoundingClientRect()
    if (!board || !box) return
    const beyond = (at: number, low: number, high: number) =>
      Math.min(0, at - low - EDGE) + Math.max(0, at - high + EDGE)
    board.scrollBy(beyond(x, box.left, box.right) / 3, beyond(y, box.top, box.bottom) / 3)
  }
  function up(event: PointerEvent) {
    const cell = ghost && inHand() ? cellAt(event.target) : null
    const held = ghost && inHand()
    stop()
    if (cell?.kind === 'free') drop(cell)
    else if (held) leave()
  }
  function stop() {
    ghost?.remove()
    ghost = from = null
    window.removeEventListener('pointermove', move)
    window.removeEventListener('pointerup', up)
    window.removeEventListener('pointercancel', stop)
  }
  onScopeDispose(stop)
  /** The click that ends a drag is none. */
  return { down, wasDrag: () => dragged }
}
