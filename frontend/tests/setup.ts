// Tests ask for what a reader of English sees.
import { useLanguage, withWords } from '../src/i18n'

await useLanguage('en')
for (const part of ['comparison', 'costs', 'help', 'members', 'shifts', 'templates'] as const)
  await withWords(part, Promise.resolve())
