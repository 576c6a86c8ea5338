// Which pages are whose: the contract's table of rights.
import { describe, expect, it } from 'vitest'

import type { Role } from '../src/api'
import { mayOpen, PLACES } from '../src/lib/places'

const open = (role: Role | null) =>
  PLACES.filter(({ name }) => mayOpen(name, role)).map(({ name }) => name)

describe('the pages of a role', () => {
  it.each(['staff', 'doctor'] as const)('%s: what bookings need', (role) => {
    expect(open(role)).toEqual(expect.arrayContaining(['board', 'patients', 'availability']))
    for (const admins of ['doctors', 'members', 'hospital']) {
      expect(mayOpen(admins, role)).toBe(false)
    }
  })
  it('admin: all that others have, and the setup', () => {
    expect(open('admin')).toEqual(
      expect.arrayContaining(['board', 'doctors', 'members', 'hospital']),
    )
  })
  it('none without a role; the account is no page of a hospital', () => {
    expect(open(null)).toEqual([])
    expect(mayOpen('account', null)).toBe(true)
  })
})
