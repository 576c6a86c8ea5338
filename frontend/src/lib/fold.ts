// How names are compared: who types `martinez` means Martínez.

export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase().trim()
}
/** Whether each word of what was typed is in the text, in any order. */
export function hasWords(text: string, typed: string): boolean {
  const within = fold(text)
  return fold(typed)
    .split(/\s+/)
    .every((word) => within.includes(word))
}
