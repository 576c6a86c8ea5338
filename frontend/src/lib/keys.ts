// Keys that make a repeated write harmless.

/** A new one for each thing that is meant; works without a secure context, too. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
