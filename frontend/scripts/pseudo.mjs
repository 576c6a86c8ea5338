// Writes the pseudo-locale: every word longer and accented, so that a bare string shows at once.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const ACCENTS = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', A: 'Á', E: 'É', I: 'Í', O: 'Ó', U: 'Ú' }
const locales = new URL('../src/locales/', import.meta.url)

/** Names in braces and the bar between plural forms stay as they are. */
export function pseudo(text) {
  return text
    .split(' | ')
    .map((form) => {
      const words = form.replace(/\{\w+\}|[aeiouAEIOU]/g, (hit) => ACCENTS[hit] ?? hit)
      return `«${words}${'·'.repeat(Math.ceil(form.length / 4))}»`
    })
    .join(' | ')
}
const turned = (value) =>
  typeof value === 'string'
    ? pseudo(value)
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, turned(inner)]))

if (import.meta.filename === process.argv[1]) {
  for (const source of readdirSync(locales, { recursive: true })) {
    if (!/(^|\/)en\.json$/.test(source)) continue
    const words = turned(JSON.parse(readFileSync(new URL(source, locales))))
    const target = new URL(source.replace('en.json', 'en-XA.json'), locales)
    writeFileSync(target, JSON.stringify(words, null, 2) + '\n')
  }
}
