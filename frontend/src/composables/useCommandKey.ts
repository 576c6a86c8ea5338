// Ctrl+K on the pages beside the board, and the focus back to where it was.
import { onMounted, onUnmounted, ref } from 'vue'

export function useCommandKey() {
  const open = ref(false)
  let before: Element | null = null

  function onKey(event: KeyboardEvent) {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== 'k')
      return
    event.preventDefault()
    // What a dialog asks comes first.
    if (open.value || document.querySelector('[role=dialog]')) return
    before = document.activeElement
    open.value = true
  }
  function close() {
    open.value = false
    if (before instanceof HTMLElement) before.focus()
  }
  onMounted(() => document.addEventListener('keydown', onKey))
  onUnmounted(() => document.removeEventListener('keydown', onKey))
  return { open, close }
}
