// Whether the server takes longer than usual to answer.
import { ref } from 'vue'

import { onSlow } from '../api'

const slow = ref(false)
onSlow((now) => (slow.value = now))

export function useSlow() {
  return slow
}
