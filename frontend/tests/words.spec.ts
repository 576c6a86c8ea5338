// Every word that the app says is in the messages, and every message is said somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { pseudo } from '../scripts/pseudo.mjs'
import { LOCALES } from '../src/i18n'

const root = join(import.meta.dirname, '../src')
/** The words of the first screens are in no folder. What the server says has no English of ours. */
const folders = ['', ...readdirSync(join(root, 'locales'))].filter((name) =>
  existsSync(join(root, 'locales', name, 'en.json')),
)
/** As written: an import would give them compiled. */
const written = (folder: string, locale: string): object =>
  JSON.parse(readFileSync(join(root, 'locales', folder, `${locale}.json`), 'utf8'))
const messages = (locale: string): object =>
  Object.assign({}, ...folders.map((folder) => written(folder, locale)))
const sources = (readdirSync(root, { recursive: true }) as string[])
  .filter((name) => /\.(vue|ts)$/.test(name))
  .map((name) => readFileSync(join(root, name), 'utf8'))
  .join('\n')

/** Each message by its key. */
function said(locale: string): Map<string, string> {
  const flat = (within: object, prefix = ''): [string, string][] =>
    Object.entries(within).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`),
    )
  return new Map(flat(messages(locale)))
}
/** What the app puts into a message, in each of its plural forms' number. */
function parts(text: string): string {
  const places = new Set(text.match(/\{\w+\}/g))
  return [text.split(' | ').length, ...[...places].sort()].join(' ')
}
const known = new Set(said('en').keys())

describe('the words', () => {
  it('are there for every key in the source', () => {
    const used = [...sources.matchAll(/\bt\(\s*'([\w.]+)'/g)].map(([, key]) => key!)
    expect(used.filter((key) => !known.has(key))).toEqual([])
    expect(used.length).toBeGreaterThan(100)
  })
  it('name every call whose cost is shown', () => {
    const calls = [...sources.matchAll(/\bvia\('(\w+)'|post\('[\w/]+', '(\w+)'/g)]
    const unnamed = calls.map(([, api, session]) => `costs.did.${api ?? session}`)
    expect(unnamed.filter((key) => !known.has(key))).toEqual([])
    expect(calls.length).toBeGreaterThan(25)
  })
  it('are made of the same parts in every language', () => {
    const english = said('en')
    for (const locale of LOCALES) {
      const other = said(locale)
      expect([...other.keys()], locale).toEqual([...english.keys()])
      const odd = [...english].filter(([key, text]) => parts(text) !== parts(other.get(key)!))
      expect(odd, locale).toEqual([])
    }
  })
  it('are in a folder that has the name of what is in it', () => {
    for (const folder of folders.filter(Boolean)) {
      expect(Object.keys(written(folder, 'en'))).toEqual([folder])
      expect(Object.keys(written('', 'en'))).not.toContain(folder)
    }
  })
  it('are no older in the pseudo-locale than in English (npm run pseudo writes it)', () => {
    const made = said('en-XA')
    const odd = [...said('en')].filter(([key, text]) => pseudo(text) !== made.get(key))
    expect(odd).toEqual([])
  })
  it('stand nowhere bare in a template', () => {
    const templates = [...sources.matchAll(/<template>\n([\s\S]*?)\n<\/template>/g)].map(
      ([, t]) => t!,
    )
    const bare = templates
      .flatMap((template) => [...template.matchAll(/>([^<>{}]*[a-z]{3}[^<>{}]*)</gi)])
      .map(([, text]) => text!.trim())
    // What is no word: names of the APIs, of keys, and of measures.
    expect(bare.filter((text) => !/^(p95|304|Enter|Esc|Del|Ctrl P)$/.test(text))).toEqual([])
  })
})
