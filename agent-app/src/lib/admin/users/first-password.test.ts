import { describe, expect, it } from 'vitest'
import { makePassword } from './first-password.ts'

describe('a drawn password', () => {
  it('is long, readable, and never the same', () => {
    const drawn = Array.from({ length: 50 }, makePassword)
    expect(new Set(drawn).size).toBe(50)
    for (const one of drawn) expect(one).toMatch(/^[a-hj-km-np-z2-9]{4}(-[a-hj-km-np-z2-9]{4}){3}$/)
  })
})
