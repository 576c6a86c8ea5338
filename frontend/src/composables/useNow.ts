// The present, by the server's clock, fresh enough for a line on the board.
import { ref } from 'vue'

import { serverNow } from '../api'

const now = ref(serverNow())
setInterval(() => (now.value = serverNow()), 15_000)

export function useNow() {
  return now
}
