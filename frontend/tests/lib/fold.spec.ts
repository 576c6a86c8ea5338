// Names are found as they are typed on any keyboard.
import { describe, expect, it } from 'vitest'

import { hasWords } from '../../src/lib/fold'

describe('a name', () => {
  it.each(['martinez', 'MARTÍNEZ', 'sof mart', 'martinez sofia', '  cardio ', ''])(
    'is found by “%s”',
    (typed) => expect(hasWords('Sofía Martínez Cardiology', typed)).toBe(true),
  )
  it('is not found by what is not in it', () => {
    expect(hasWords('Sofía Martínez', 'sofia lopez')).toBe(false)
  })
})
