// The keys of the pages beside the board: every command, the help, paper; and the focus back.
import { onMounted, onUnmounted, ref } from 'vue'

import { usePreferences } from './usePreferences'

type Called = 'commands' | 'help' | 'print'

export function useFrameKeys(
  /** Whether there is something to print; else the browser prints the page as it is. */
  prints: () => boolean,
  print: () => void,
) {
  const preferences = usePreferences()
  const open = ref<'commands' | 'help' | null>(null)
  let before: Element | null = null

  function called({ ctrlKey, metaKey, altKey, shiftKey, key, target }: KeyboardEvent) {
    if (altKey) return null
    if (ctrlKey || metaKey) {
      if (shiftKey) return null
      return ({ k: 'commands', p: 'print' } as const)[key.toLowerCase()] ?? null
    }
    const typed = (target as HTMLElement).matches('input, textarea, select, [contenteditable]')
    return key === '?' && preferences.letters && !typed ? 'help' : null
  }
  function show(what: Called) {
    if (what === 'print') return print()
    before ??= document.activeElement
    open.value = what
  }
  function onKey(event: KeyboardEvent) {
    const what = called(event)
    // What a dialog asks comes first, and the print dialog leaves the printing to the browser.
    const busy = open.value !== null || document.querySelector('[role=dialog]') !== null
    if (!what || (what === 'print' && (busy || !prints()))) return
    event.preventDefault()
    if (!busy) show(what)
  }
  function close() {
    open.value = null
    if (before instanceof HTMLElement) before.focus()
    before = null
  }
  onMounted(() => document.addEventListener('keydown', onKey))
  onUnmounted(() => document.removeEventListener('keydown', onKey))
  return { open, show, close }
}
