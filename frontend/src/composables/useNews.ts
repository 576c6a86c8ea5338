// What other people changed on the board between two answers.
import { type Ref, shallowRef, watch } from 'vue'

import { type Cell, changedCells, type Grid } from '../lib/grid'

/** How long a changed cell flashes, and how long one's own changes are no news. */
const FLASH = 4000
const QUIET = 8000

export function useNews(grid: Ref<Grid | null>) {
  const changed = shallowRef<Set<string>>(new Set())
  const news = shallowRef<Cell[]>([])
  const own = new Map<string, number>()
  const foreign = (cell: Cell) => (own.get(cell.key) ?? 0) < Date.now()

  watch(grid, (after, before) => {
    if (!after || !before) return
    const cells = changedCells(before, after).filter(foreign)
    if (cells.length === 0) return
    changed.value = new Set(cells.map((cell) => cell.key))
    news.value = cells
    setTimeout(() => (changed.value = new Set()), FLASH)
  })
  return {
    changed,
    news,
    /** What is changed here now is one's own doing. */
    expectOwn: (...keys: string[]) => {
      for (const key of keys) own.set(key, Date.now() + QUIET)
    },
  }
}
