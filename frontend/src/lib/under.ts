// What lies under the veil of a dialog, where somebody pressed.

/** The topmost element at a point of the window that is not the veil; `null` outside of the page. */
export function elementUnder(x: number, y: number): Element | null {
  // An open dialog takes presses from all of the page, and with them its place in this question.
  const { style } = document.body
  const before = style.pointerEvents
  style.pointerEvents = ''
  const found = document.elementsFromPoint(x, y).find((one) => !one.matches('.overlay'))
  style.pointerEvents = before
  return found ?? null
}
