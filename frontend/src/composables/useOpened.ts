// What is fetched when it is opened for the first time, and stays for the next.
import { ref, type Ref, watch } from 'vue'

export function useOpened(open: Ref<boolean>): Readonly<Ref<boolean>> {
  const opened = ref(open.value)
  watch(open, (now) => now && (opened.value = true))
  return opened
}
