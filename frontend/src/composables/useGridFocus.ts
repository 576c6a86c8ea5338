// One Tab stop for a grid, arrows inside it (WAI-ARIA grid). The cells' `tabindex` is set on the
// elements, not in the template: moving on touches two cells, whatever the size of the board.
import { onBeforeUpdate, onMounted, onUpdated, type Ref } from 'vue'

interface Place {
  row: string
  column: string
}

export function useGridFocus(
  table: Readonly<Ref<HTMLTableElement | null>>,
  rows: () => string[],
  columns: () => string[],
  onMove: (row: number, column: number) => void,
) {
  let place: Place | null = null
  let held: HTMLElement | null = null
  let hadFocus = false

  function element(row: number, column: number): HTMLElement | null {
    // The first cell of a row is its header.
    return (table.value?.tBodies[0]?.rows[row]?.cells[column + 1] as HTMLElement) ?? null
  }
  function indices(): { row: number; column: number } {
    const row = rows().indexOf(place?.row ?? '')
    const column = columns().indexOf(place?.column ?? '')
    return { row, column }
  }
  /** Where an element stands in the grid. */
  function locate(target: EventTarget | null): { row: number; column: number } | null {
    const cell = (target as Element | null)?.closest?.('td')
    if (!cell || !table.value?.contains(cell)) return null
    const line = cell.parentElement as HTMLTableRowElement
    return { row: line.sectionRowIndex, column: cell.cellIndex - 1 }
  }
  function hold(row: number, column: number): HTMLElement | null {
    const next = element(row, column)
    if (!next) return null
    if (held && held !== next) held.tabIndex = -1
    next.tabIndex = 0
    held = next
    place = { row: rows()[row]!, column: columns()[column]! }
    onMove(row, column)
    return next
  }
  function focusAt(row: number, column: number): void {
    const last = { row: rows().length - 1, column: columns().length - 1 }
    const cell = hold(
      Math.min(Math.max(row, 0), last.row),
      Math.min(Math.max(column, 0), last.column),
    )
    cell?.focus({ preventScroll: true })
    cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  function onKey(event: KeyboardEvent): boolean {
    const at = locate(event.target)
    if (!at || event.altKey || event.metaKey) return false
    const { row, column } = at
    const end = event.ctrlKey
    const moves: Record<string, () => void> = {
      ArrowUp: () => focusAt(row - 1, column),
      ArrowDown: () => focusAt(row + 1, column),
      ArrowLeft: () => focusAt(row, column - 1),
      ArrowRight: () => focusAt(row, column + 1),
      Home: () => focusAt(end ? 0 : row, 0),
      End: () => focusAt(end ? Infinity : row, Infinity),
    }
    const move = moves[event.key]
    if (!move || (end && event.key.startsWith('Arrow'))) return false
    event.preventDefault()
    move()
    return true
  }
  function onFocus(event: FocusEvent): void {
    const at = locate(event.target)
    if (at) hold(at.row, at.column)
  }
  /** After the cells were drawn anew: the same place holds the Tab stop, and the focus if it had it. */
  function restore(): void {
    const { row, column } = indices()
    const cell = hold(Math.max(row, 0), Math.max(column, 0))
    if (hadFocus && document.activeElement !== cell && document.activeElement === document.body) {
      cell?.focus({ preventScroll: true })
    }
  }
  onMounted(restore)
  onBeforeUpdate(() => (hadFocus = !!table.value?.contains(document.activeElement)))
  onUpdated(restore)

  return { focusAt, focusHeld: () => (held ?? hold(0, 0))?.focus(), onKey, onFocus, locate }
}
