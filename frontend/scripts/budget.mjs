// Fails when the built app is heavier than its budget (gzip, as sent).
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const KIB = 1024
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist)))
const weights = new Map()

function weigh(file) {
  if (!weights.has(file)) weights.set(file, gzipSync(readFileSync(new URL(file, dist))).length)
  return weights.get(file)
}

/** Every file that a chunk needs before it runs. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key].imports ?? []) closure(next, seen)
  return seen
}

function load(...keys) {
  const chunks = new Set(keys.flatMap((key) => [...closure(key)]))
  const scripts = new Set([...chunks].map((key) => manifest[key].file))
  const styles = new Set([...chunks].flatMap((key) => manifest[key].css ?? []))
  const sum = (files) => [...files].reduce((total, file) => total + weigh(file), 0)
  return { scripts: sum(scripts), styles: sum(styles) }
}

const entry = 'index.html'
// The words of one language are loaded first; the longest count.
const words = ['en', 'es']
  .map((locale) => `src/locales/${locale}.json`)
  .reduce((a, b) => (weigh(manifest[a].file) > weigh(manifest[b].file) ? a : b))
const board = load(entry, words, 'src/pages/BoardPage.vue')
const signIn = load(entry, words, 'src/pages/SignInPage.vue')
const first = new Set(closure(entry))
closure('src/pages/BoardPage.vue').forEach((key) => first.add(key))
const lazy = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry && !first.has(key))

const lines = [
  ['first load to the board, scripts', board.scripts, 160],
  ['first load to the board, styles', board.styles, 20],
  ['sign in, scripts', signIn.scripts, 100],
  ...lazy.map((key) => {
    const own = [...closure(key)].filter((chunk) => !first.has(chunk))
    return [key, own.reduce((sum, chunk) => sum + weigh(manifest[chunk].file), 0), 50]
  }),
]
let broken = false
for (const [what, bytes, most] of lines) {
  const over = bytes > most * KIB
  broken ||= over
  console.log(
    `${over ? 'OVER' : ' ok '} ${(bytes / KIB).toFixed(1).padStart(6)} of ${most} KiB  ${what}`,
  )
}
process.exit(broken ? 1 : 0)
