// What was typed, once the fingers rest.
import { onScopeDispose, ref, type Ref, watch } from 'vue'

export function useSettled(text: Ref<string>, milliseconds = 150): Ref<string> {
  const settled = ref(text.value.trim())
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(text, (now) => {
    clearTimeout(timer)
    timer = setTimeout(() => (settled.value = now.trim()), milliseconds)
  })
  onScopeDispose(() => clearTimeout(timer))
  return settled
}
