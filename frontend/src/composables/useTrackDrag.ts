// Drawing, moving and stretching a shift with the pointer: an extra beside typing it.
import { ref, type Ref } from 'vue'

import { joined, type Span } from '../lib/shifts'

const HOUR = 60
type Grip = 'start' | 'end' | 'whole' | 'new'

export function useTrackDrag(
  spans: Ref<Span[]>,
  /** What the track shows of the day. */
  shown: Ref<Span>,
  done: (spans: Span[]) => void,
) {
  /** The shifts as they would be if the pointer were let go now. */
  const drawn = ref<Span[] | null>(null)
  let held: { grip: Grip; index: number; from: number } | null = null

  function hourAt(event: PointerEvent): number {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    const part = (event.clientX - box.left) / box.width
    const { start, end } = shown.value
    return Math.min(end, Math.max(start, start + part * (end - start)))
  }
  const nearest = (at: number) => Math.round(at / HOUR) * HOUR
  const fit = (at: number) => Math.min(shown.value.end, Math.max(shown.value.start, at))

  function down(event: PointerEvent) {
    if (event.button !== 0) return
    const part = (event.target as HTMLElement).closest<HTMLElement>('[data-index]')
    const grip = (event.target as HTMLElement).dataset.grip as Grip | 'remove' | undefined
    const index = Number(part?.dataset.index ?? -1)
    if (grip === 'remove') return done(spans.value.filter((_, place) => place !== index))
    held = { grip: grip ?? (part ? 'whole' : 'new'), index, from: hourAt(event) }
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    if (held.grip === 'new') move(event)
  }

  function move(event: PointerEvent) {
    if (!held) return
    const { grip, index, from } = held
    const at = hourAt(event)
    if (grip === 'new') {
      const first = Math.floor(from / HOUR) * HOUR
      const start = Math.min(first, Math.floor(at / HOUR) * HOUR)
      const end = Math.max(first + HOUR, Math.ceil(at / HOUR) * HOUR)
      drawn.value = [...spans.value, { start: fit(start), end: fit(end) }]
      return
    }
    const span = spans.value[index]!
    const by = nearest(at - from)
    const length = span.end - span.start
    const moved = Math.min(shown.value.end - length, Math.max(shown.value.start, span.start + by))
    const changed = {
      start: { ...span, start: Math.min(fit(nearest(at)), span.end) },
      end: { ...span, end: Math.max(fit(nearest(at)), span.start) },
      whole: { start: moved, end: moved + length },
    }[grip]
    drawn.value = spans.value.map((one, place) => (place === index ? changed : one))
  }

  function up() {
    if (held && drawn.value) done(joined(drawn.value))
    drop()
  }
  function drop() {
    held = null
    drawn.value = null
  }
  return { drawn, down, move, up, drop }
}
