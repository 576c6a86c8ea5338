// Tests ask for what a reader of English sees.
import { useLanguage, withWords } from '../src/i18n'

await useLanguage('en')
const parts = [
  'account',
  'comparison',
  'costs',
  'help',
  'hospitalSettings',
  'members',
  'print',
  'settings',
  'shifts',
  'templates',
] as const
for (const part of parts) await withWords(part, Promise.resolve())
