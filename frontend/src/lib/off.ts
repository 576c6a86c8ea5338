// A button that can't be pressed now but keeps the focus, which `disabled` would take from whoever
// pressed it: v-off="busy". A form whose submit button is off is not sent by Enter either.
import type { Directive } from 'vue'

const off = new WeakSet<HTMLElement>()

function set(element: HTMLElement, value: boolean) {
  if (value) off.add(element)
  else off.delete(element)
  if (value) element.setAttribute('aria-disabled', 'true')
  else element.removeAttribute('aria-disabled')
}
export const vOff: Directive<HTMLElement, boolean> = {
  // Ahead of the listeners of the template.
  created(element, { value }) {
    element.addEventListener('click', (event) => {
      if (!off.has(element)) return
      event.preventDefault()
      event.stopImmediatePropagation()
    })
    set(element, value)
  },
  updated: (element, { value }) => set(element, value),
}
