// One sentence that stays long enough to be read: what was booked, or why it can't be.
import { ref } from 'vue'

import { announce } from './useAnnouncer'
import { onWipe } from './useSession'

const STAYS = 10_000
const notice = ref('')
let ending: ReturnType<typeof setTimeout> | undefined

function dismiss(): void {
  clearTimeout(ending)
  notice.value = ''
}
onWipe(dismiss)

/** To everybody: a screen reader is told by the live region, so what is seen is none. */
export function notify(text: string): void {
  announce(text)
  dismiss()
  notice.value = text
  ending = setTimeout(dismiss, STAYS)
}
export function useNotice() {
  return { notice, dismiss }
}
