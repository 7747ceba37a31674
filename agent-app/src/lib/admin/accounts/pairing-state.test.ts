import { describe, expect, it } from 'vitest'
import { pairingState } from './pairing-state.ts'

const now = Date.parse('2026-11-23T12:00:00Z')
const later = '2026-11-23T12:00:20Z'
const before = '2026-11-23T11:59:59Z'

describe('a pairing', () => {
  it('waits for its code, shows it, and sees whether it was scanned in time', () => {
    const state = (isThere: boolean, expiresAt: string | null) =>
      pairingState({ health: 'unknown', isThere, expiresAt }, now)
    expect(state(false, null)).toBe('waiting')
    expect(state(true, later)).toBe('scan')
    expect(state(false, later)).toBe('scanned')
    expect(state(false, before)).toBe('expired')
    expect(state(true, before)).toBe('expired')
  })

  it('is over when the account is connected, or refused', () => {
    const state = (health: 'up' | 'refused') => pairingState({ health, isThere: true, expiresAt: later }, now)
    expect(state('up')).toBe('connected')
    expect(state('refused')).toBe('refused')
  })
})
