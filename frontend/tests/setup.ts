// Tests ask for what a reader of English sees.
import { useLanguage } from '../src/i18n'

await useLanguage('en')
