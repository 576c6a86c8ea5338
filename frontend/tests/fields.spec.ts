// What the server says about a field, in another language than its own.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { cleanup, render, screen } from '@testing-library/vue'
import { afterAll, afterEach, describe, expect, it } from 'vitest'

import type { FieldError } from '../src/api'
import FormField from '../src/components/FormField.vue'
import { i18n, useLanguage } from '../src/i18n'
import words from '../src/locales/fields/es.json'

const app = join(import.meta.dirname, '../..')
/** Of the rules; what the APIs themselves refuse, this app does not send. */
const sources = ['accounts', 'appointments', 'doctors', 'hospitals', 'patients']
  .flatMap((folder) => readdirSync(join(app, folder)).map((name) => join(app, folder, name)))
  .filter((path) => path.endsWith('.py'))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n')

async function said(error: FieldError): Promise<string | null> {
  const props = { label: 'Field', name: error.field, errors: [error] }
  render(FormField, { props, global: { plugins: [i18n] } })
  const { textContent } = await screen.findByRole('alert')
  cleanup()
  return textContent
}
const TOO_LONG = { field: 'phone', code: 'max_length', detail: 'At most 40 characters.' }

afterEach(cleanup)
afterAll(() => useLanguage('en'))

describe('what the server says about a field', () => {
  it('stays as it is for who reads English', async () => {
    await useLanguage('en')
    expect(await said(TOO_LONG)).toBe(TOO_LONG.detail)
  })
  it('is said in the chosen language with its numbers and dates', async () => {
    await useLanguage('es')
    expect(await said(TOO_LONG)).toBe('Como máximo 40 caracteres.')
    const past = '2026-11-20 is past; today is 2026-11-25 there.'
    expect(await said({ field: 'days.0.date', code: 'in_past', detail: past })).toBe(
      '2026-11-20 ya ha pasado; allí hoy es 2026-11-25.',
    )
    const hours = "The hospital's hours are 08:00-18:00."
    const code = 'outside_opening_hours'
    expect(await said({ field: 'days.0.shifts.1.end', code, detail: hours })).toBe(
      'El horario del hospital es 08:00-18:00.',
    )
  })
  it('means the same code otherwise at another field', async () => {
    await useLanguage('es')
    const mrn = { field: 'mrn', code: 'unique', detail: 'Another patient has that mrn.' }
    const email = { field: 'email', code: 'unique', detail: 'That user is a member.' }
    expect(await said(mrn)).toContain('paciente')
    expect(await said(email)).toContain('miembro')
  })
  it("is the server's own where its code is not known, or tells less than its text", async () => {
    await useLanguage('es')
    for (const error of [
      { field: 'weather', code: 'rain', detail: 'It rains.' },
      { field: 'startsAt', code: 'invalid', detail: 'a year out of bounds' },
      { field: 'phone', code: 'max_length', detail: 'It is too long.' },
      { field: 'phone', code: 'blank', detail: 'Not before 2026-11-25.' },
    ]) {
      expect(await said(error)).toBe(error.detail)
    }
  })
  it('has words for every code of the rules', () => {
    const codes = [...sources.matchAll(/(?:FieldError|Invalid\.field)\(\s*[^,]+,\s*"(\w+)"/g)].map(
      ([, code]) => code!,
    )
    // Only who makes users at the server's own screens meets the last platform admin.
    const known = new Set(['last_superuser', ...Object.values(words.fields).flatMap(Object.keys)])
    expect(codes.length).toBeGreaterThan(40)
    expect(codes.filter((code) => !known.has(code))).toEqual([])
  })
})
