// What the window has no room for; the styles say the same.
import { type Ref, ref } from 'vue'

function matching(condition: string): Ref<boolean> {
  const query = window.matchMedia?.(condition)
  const matches = ref(query?.matches ?? false)
  query?.addEventListener('change', (event) => (matches.value = event.matches))
  return matches
}
const narrow = matching('(max-width: 640px)')
const covered = matching('(max-width: 1100px)')

/** Whether the window is as narrow as a phone's. */
export function useNarrow() {
  return narrow
}
/** Whether the panel lies over the board, not beside it. */
export function useCovered() {
  return covered
}
