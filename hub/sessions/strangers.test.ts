import { expect, it } from 'vitest'
import { checkStranger, noteStranger } from './strangers.ts'

it('refuses an address that tries many tokens, for the rest of the minute, and nobody else', () => {
  const now = Date.parse('2026-11-23T10:00:10Z')
  checkStranger('192.0.2.1', now)
  for (let n = 0; n < 120; n++) noteStranger('192.0.2.1')
  expect(() => {
    checkStranger('192.0.2.1', now)
  }).toThrow()
  checkStranger('192.0.2.2', now)
  checkStranger('192.0.2.1', now + 60_000)
})
