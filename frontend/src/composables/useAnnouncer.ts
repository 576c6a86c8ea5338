// One polite live region for the whole app, and the notes that stay until they are read.
import { ref } from 'vue'

const message = ref('')
let clearing: ReturnType<typeof setTimeout> | undefined

export function announce(text: string): void {
  // The same sentence twice is read twice only when the region was empty in between.
  message.value = ''
  clearTimeout(clearing)
  setTimeout(() => (message.value = text), 30)
  clearing = setTimeout(() => (message.value = ''), 6000)
}

export function useAnnouncer() {
  return { message, announce }
}
