// Every word that the app says is in the messages, and every message is said somewhere.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import en from '../src/locales/en.json'
import pseudo from '../src/locales/en-XA.json'

const root = join(import.meta.dirname, '../src')
const sources = (readdirSync(root, { recursive: true }) as string[])
  .filter((name) => /\.(vue|ts)$/.test(name))
  .map((name) => readFileSync(join(root, name), 'utf8'))
  .join('\n')

function paths(messages: object, prefix = ''): string[] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : paths(value, `${prefix}${key}.`),
  )
}
const known = new Set(paths(en))

describe('the words', () => {
  it('are there for every key in the source', () => {
    const used = [...sources.matchAll(/\bt\(\s*'([\w.]+)'/g)].map(([, key]) => key!)
    expect(used.filter((key) => !known.has(key))).toEqual([])
    expect(used.length).toBeGreaterThan(100)
  })
  it('are the same in the pseudo-locale (npm run pseudo writes it)', () => {
    expect(paths(pseudo)).toEqual(paths(en))
  })
  it('stand nowhere bare in a template', () => {
    const templates = [...sources.matchAll(/<template>\n([\s\S]*?)\n<\/template>/g)].map(
      ([, t]) => t!,
    )
    const bare = templates
      .flatMap((template) => [...template.matchAll(/>([^<>{}]*[a-z]{3}[^<>{}]*)</gi)])
      .map(([, text]) => text!.trim())
    // What is no word: names of the APIs, of keys, and of measures.
    expect(bare.filter((text) => !/^(p95|304|Esc|Del)$/.test(text))).toEqual([])
  })
})
