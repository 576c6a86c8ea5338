// Every word that the app says is in the messages, and every message is said somewhere.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../src')
/** As written: an import would give them compiled. */
const messages = (locale: string): object =>
  JSON.parse(readFileSync(join(root, `locales/${locale}.json`), 'utf8'))
const sources = (readdirSync(root, { recursive: true }) as string[])
  .filter((name) => /\.(vue|ts)$/.test(name))
  .map((name) => readFileSync(join(root, name), 'utf8'))
  .join('\n')

function paths(messages: object, prefix = ''): string[] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : paths(value, `${prefix}${key}.`),
  )
}
const known = new Set(paths(messages('en')))

describe('the words', () => {
  it('are there for every key in the source', () => {
    const used = [...sources.matchAll(/\bt\(\s*'([\w.]+)'/g)].map(([, key]) => key!)
    expect(used.filter((key) => !known.has(key))).toEqual([])
    expect(used.length).toBeGreaterThan(100)
  })
  it('are the same in the pseudo-locale (npm run pseudo writes it)', () => {
    expect(paths(messages('en-XA'))).toEqual([...known])
  })
  it('stand nowhere bare in a template', () => {
    const templates = [...sources.matchAll(/<template>\n([\s\S]*?)\n<\/template>/g)].map(
      ([, t]) => t!,
    )
    const bare = templates
      .flatMap((template) => [...template.matchAll(/>([^<>{}]*[a-z]{3}[^<>{}]*)</gi)])
      .map(([, text]) => text!.trim())
    // What is no word: names of the APIs, of keys, and of measures.
    expect(bare.filter((text) => !/^(p95|304|Esc|Del|Ctrl P)$/.test(text))).toEqual([])
  })
})
