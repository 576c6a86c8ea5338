// Whole seconds until a moment, counted down; 0 once it has come.
import { onScopeDispose, ref, type Ref, watch } from 'vue'

export function useSecondsUntil(moment: Readonly<Ref<number>>): Readonly<Ref<number>> {
  const seconds = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined
  function count() {
    seconds.value = Math.max(0, Math.ceil((moment.value - Date.now()) / 1000))
    if (seconds.value === 0) clearInterval(timer)
  }
  watch(
    moment,
    () => {
      clearInterval(timer)
      timer = setInterval(count, 1000)
      count()
    },
    { immediate: true },
  )
  onScopeDispose(() => clearInterval(timer))
  return seconds
}
