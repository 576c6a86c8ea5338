// Every word that the app says is in the messages, and every message is said somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { pseudo } from '../scripts/pseudo.mjs'
import type { Role } from '../src/api'
import { LOCALES } from '../src/i18n'
import { PLACES } from '../src/lib/places'
import { keysOf } from '../src/lib/screen-keys'

const root = join(import.meta.dirname, '../src')
/** The words of the first screens are in no folder. What the server says has no English of ours. */
const folders = ['', ...readdirSync(join(root, 'locales'))].filter((name) =>
  existsSync(join(root, 'locales', name, 'en.json')),
)
/** As written: an import would give them compiled. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const written = (folder: string, locale: string): any =>
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
const STATUSES = ['booked', 'arrived', 'fulfilled', 'noshow', 'cancelled']
const ROLES = ['admin', 'staff', 'doctor']
/** What a key that is put together can end with, by what it begins with. */
const ENDS: Record<string, string[]> = {
  act: STATUSES.slice(0, 4),
  appointment: ['next', 'last'],
  bars: ['colleague', 'draft'],
  booking: ['takeOther', 'noOther', 'takeOtherYet', 'noOtherYet'],
  'booking.lost': ['slot_taken', 'slot_unavailable', 'slot_in_past'],
  cell: ['free', 'past', 'busy', 'off', 'missing'].map((kind) => `${kind}Long`),
  commands: ['nextFree', 'freeBefore'],
  'comparison.columns': Object.keys(written('comparison', 'en').comparison.columns),
  'comparison.wins': ['REST', 'GraphQL', 'both', 'neither'],
  'conflict.fields': ['startsAt', 'doctorId', 'status', 'reason'],
  costs: ['last', 'session'],
  'costs.copy': ['curl', 'graphql'],
  // Those of every call are looked for below.
  'costs.did': [],
  doctors: ['name', 'specialty', 'active'],
  // Looked for before it is said.
  'error.refused': [],
  // Of the pages that admins may open; the others are refused by words of their own.
  forbidden: ROLES.filter((role) =>
    PLACES.some(({ roles }) => roles.includes('admin') && !roles.includes(role as Role)),
  ),
  help: ['move', 'act'],
  'help.keys': ['board', ...PLACES.map(({ name }) => name)].flatMap((screen) =>
    keysOf(screen).flatMap(({ keys }) => keys.map(([, what]) => what)),
  ),
  'history.change': ['startsAt', 'doctorId', 'status', 'reason'],
  'history.type': [...STATUSES, 'moved', 'edited', 'undone'],
  hospitalSettings: ['name', 'address', 'timezone', 'opens', 'closes'],
  'members.may': ROLES,
  'openings.parts': ['any', 'morning', 'afternoon', 'evening'],
  patient: ['name', 'dateOfBirth', 'phone', 'email', 'mrn'],
  places: PLACES.map(({ name }) => name),
  print: ['days', 'board', 'full', 'initials'],
  role: ROLES,
  said: ['booked', 'moved'],
  settings: ['theme', 'density', 'hours', 'weekStart', 'language'].map((one) => `${one}.label`),
  'settings.density': ['comfortable', 'compact'],
  'settings.theme': ['system', 'light', 'dark'],
  'shifts.problem': ['unreadable', 'notAfterStart', 'overlap', 'outside'],
  status: STATUSES,
  'templates.problem': ['dates', 'past', 'order', 'tooMany', 'outside'],
  trouble: ['offline', 'no_answer', 'throttled', 'unavailable'],
  view: ['day', 'week', 'overview'],
  'view.by': ['day', 'doctor'],
}

describe('the words', () => {
  it('are there for every key in the source', () => {
    const groups = Object.keys(messages('en')).join('|')
    const key = new RegExp(String.raw`'((?:${groups})(?:\.[\w-]+)+)'|\bt\(\s*'([\w.]+)'`, 'g')
    const used = [...sources.matchAll(key)].map(([, one, other]) => one ?? other!)
    expect(used.filter((key) => !known.has(key))).toEqual([])
    expect(used.length).toBeGreaterThan(100)
  })
  it('are there for every key that is put together', () => {
    const begun = new Set(
      [...sources.matchAll(/`([a-z][\w.]*)\.\$\{[^`]*`/g)].map(([, key]) => key!),
    )
    const groups = new Set([...known].map((key) => key.split('.')[0]))
    const asked = [...begun].filter((key) => groups.has(key.split('.')[0]))
    expect(asked.sort()).toEqual(Object.keys(ENDS).sort())
    const made = Object.entries(ENDS).flatMap(([begin, ends]) =>
      ends.map((end) => `${begin}.${end}`),
    )
    for (const locale of LOCALES) {
      const there = said(locale)
      expect(
        made.filter((key) => !there.has(key)),
        locale,
      ).toEqual([])
    }
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
