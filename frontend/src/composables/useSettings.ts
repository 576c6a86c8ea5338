// The settings can be opened on every page.
import { ref } from 'vue'

const open = ref(false)

export function openSettings(): void {
  open.value = true
}
export function useSettings() {
  return open
}
