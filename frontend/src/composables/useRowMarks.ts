// Marks of single cells, handed to their rows only: the others are not drawn again for them.
import { computed } from 'vue'

import type { Pending } from '../lib/cell-words'
import type { Grid } from '../lib/grid'

interface Marks {
  grid: Grid
  pending: ReadonlyMap<string, Pending>
  changed: ReadonlySet<string>
  lit: string | null
}
const NO_PENDING: Marks['pending'] = new Map()
const NO_CHANGED: Marks['changed'] = new Set()

export function useRowMarks(props: Marks) {
  const rowOf = computed(
    () =>
      new Map(
        props.grid.cells.flatMap((line, index) =>
          line.map((cell) => [cell.key, props.grid.rows[index]!.key] as const),
        ),
      ),
  )
  const rowsOf = (keys: Iterable<string>) => new Set([...keys].map((key) => rowOf.value.get(key)))
  const pendingRows = computed(() => rowsOf(props.pending.keys()))
  const changedRows = computed(() => rowsOf(props.changed))
  const litRow = computed(() => (props.lit === null ? undefined : rowOf.value.get(props.lit)))
  return {
    pending: (row: string) => (pendingRows.value.has(row) ? props.pending : NO_PENDING),
    changed: (row: string) => (changedRows.value.has(row) ? props.changed : NO_CHANGED),
    lit: (row: string) => (litRow.value === row ? props.lit : null),
  }
}
