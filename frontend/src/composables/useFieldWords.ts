// What the server says about a field, in the reader's language. It says it in English, with a code;
// the words for its codes are fetched by those who show what it says.
import type { FieldError } from '../api'
import { i18n, t, withWords } from '../i18n'

/** Numbers, dates and hours: what a code alone does not tell. */
const SPECIFICS = /\d+(?:[-:.]\d+)*/g
/** Stands where the words expect more specifics than the server gave. */
const HOLE = '\0'

function fieldWords({ field, code, detail }: FieldError): string {
  const name = field.split('.').at(-1)
  const key = [`fields.${name}.${code}`, `fields.any.${code}`].find((one) => i18n.global.te(one))
  if (!key) return detail
  const specifics = detail.match(SPECIFICS) ?? []
  const words = t(key, [...specifics, HOLE, HOLE])
  // Better in English than without how long, or how late.
  const whole = specifics.every((one) => words.includes(one)) && !words.includes(HOLE)
  return whole ? words : detail
}

export function useFieldWords(): (error: FieldError) => string {
  // Without them, it is said in English.
  withWords('fields', Promise.resolve()).catch(() => undefined)
  return fieldWords
}
