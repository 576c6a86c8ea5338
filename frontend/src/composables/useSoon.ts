// What is wanted next is fetched while nothing else is to be done; who asks earlier fetches it then.
import { onMounted } from 'vue'

const AFTER = 800 // milliseconds

export function useSoon(...parts: (() => Promise<unknown>)[]): void {
  const fetch = () => void Promise.all(parts.map((part) => part())).catch(() => undefined)
  onMounted(() => setTimeout(fetch, AFTER))
}
