// A locked page is not only hidden: all that it shows is taken out of the document, where a look
// at its source would still find a patient. The elements themselves are put back, with what was
// typed in them. (In the memory of the tab it stays: that is what keeps the draft.)
import { onBeforeUnmount, watch } from 'vue'

/** The question for the password, what holds the focus in it, and what shows nothing. */
const STAYS = '.overlay--firm, .dialog--firm, [data-reka-focus-guard], script, style, link'

export function useBlankPage(blank: () => boolean): void {
  /** Puts each thing back where it was. */
  let undo: (() => void)[] = []
  // Also what appears meanwhile, such as a dialog that an answer on its way brings up.
  const observer = new MutationObserver(takeAll)

  function take(element: Element) {
    // An element out of the document forgets how far it was scrolled.
    const scrolled = [...element.querySelectorAll('*')]
      .filter(({ scrollTop, scrollLeft }) => scrollTop || scrollLeft)
      .map((one) => ({ one, top: one.scrollTop, left: one.scrollLeft }))
    // Each alone: Vue goes on with them there, and may remove or replace them.
    const drawer = document.createDocumentFragment()
    const place = document.createComment('')
    element.replaceWith(place)
    drawer.append(element)
    undo.push(() => {
      place.replaceWith(drawer)
      for (const { one, ...to } of scrolled) one.scrollTo({ ...to, behavior: 'instant' })
    })
  }
  function takeAll() {
    for (const element of [...document.body.children]) if (!element.matches(STAYS)) take(element)
  }
  function putBack() {
    observer.disconnect()
    for (const one of undo) one()
    undo = []
  }
  watch(
    blank,
    (now) => {
      if (!now) return putBack()
      takeAll()
      observer.observe(document.body, { childList: true })
    },
    { immediate: true },
  )
  onBeforeUnmount(putBack)
}
