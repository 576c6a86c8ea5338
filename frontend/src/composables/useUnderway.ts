// Bookings whose dialog was closed before their outcome was known. They are asked for until it
// is, on whatever page, and then told of: what was sent may be done, wanted any more or not.
import { computed, shallowReactive } from 'vue'

import type { ApiError, Appointment } from '../api'
import type { BookingTarget } from './useBooking'
import type { Repeating } from './useRepeating'
import { onWipe } from './useSession'

export interface Underway {
  name: string
  target: BookingTarget
  cellKey: string | null
  repeating: Repeating
  outcome: { booked: Appointment } | { refused: ApiError } | null
}
const all = shallowReactive(new Map<Repeating, Underway>())
onWipe(() => {
  for (const repeating of all.keys()) repeating.giveUp()
  all.clear()
})

export function useUnderway() {
  return {
    all: computed(() => [...all.values()]),
    waiting: computed(() => [...all.values()].filter(({ outcome }) => outcome === null)),
    leave: (one: Omit<Underway, 'outcome'>) => all.set(one.repeating, { ...one, outcome: null }),
    /** Whether it was left, and is told of there. */
    settle(repeating: Repeating, outcome: Underway['outcome']): boolean {
      const left = all.get(repeating)
      return !!left && !!all.set(repeating, { ...left, outcome })
    },
    forget: ({ repeating }: Underway) => all.delete(repeating),
  }
}
