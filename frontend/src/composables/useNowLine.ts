// Where the line of now stands: in which row, and how far down in it.
import { computed } from 'vue'

import type { Grid } from '../lib/grid'
import { wallClock } from '../lib/time'

export function useNowLine(props: { grid: Grid; zone: string; now: number }) {
  const wall = computed(() => wallClock(props.zone, props.now))
  const row = computed(() => {
    if (!props.grid.columns.some(({ date }) => date === wall.value.date)) return null
    const hour = wall.value.time.slice(0, 2)
    const rows = props.grid.rows.filter(({ time }) => time.startsWith(hour))
    // In a repeated hour the zone tells which of the two it is.
    const named = rows.find(
      ({ instant }) => instant !== null && props.now >= instant && props.now < instant + 3_600_000,
    )
    return (named ?? rows[0])?.key ?? null
  })
  return {
    today: computed(() => wall.value.date),
    row,
    /** The part of the hour that has gone by. */
    passed: computed(() => Number(wall.value.time.slice(3)) / 60),
  }
}
