// Lists that are needed whole.
import type { Page } from '../api'

/** Ask page after page, and give all of them as one. */
export async function everyPage<T>(ask: (after: string | null) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  let after: string | null = null
  do {
    const page: Page<T> = await ask(after)
    items.push(...page.items)
    after = page.next
  } while (after)
  return items
}
