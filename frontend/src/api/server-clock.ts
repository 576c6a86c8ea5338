// The server's clock, where this machine's is wrong: it decides which hours have begun.
let skew = 0

export function noteServerDate(header: string | null): void {
  const said = header ? Date.parse(header) : Number.NaN
  if (Number.isNaN(said)) return
  const ahead = said - Date.now()
  // The header has whole seconds, and the way takes its time: a small difference is none.
  skew = Math.abs(ahead) > 5000 ? ahead : 0
}

export function serverNow(): number {
  return Date.now() + skew
}
