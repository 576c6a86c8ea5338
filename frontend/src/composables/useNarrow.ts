// Whether the window is as narrow as a phone's.
import { ref } from 'vue'

const query = window.matchMedia?.('(max-width: 640px)')
const narrow = ref(query?.matches ?? false)
query?.addEventListener('change', (event) => (narrow.value = event.matches))

export function useNarrow() {
  return narrow
}
