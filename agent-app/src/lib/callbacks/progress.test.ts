import { describe, expect, it } from 'vitest'
import { soonRung } from './progress.ts'

const now = Date.parse('2026-11-24T14:00:00Z')
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString()
const work = { state: 'active', acceptedAt: at(-2) } as const

describe('a callback that is called by itself', () => {
  it('says whose telephone rings first until there is a call', () => {
    expect(soonRung(work, 'agent-first', undefined, now)).toBe('phone')
    expect(soonRung(work, 'customer-first', undefined, now)).toBe('customer')
    expect(soonRung(work, 'agent-first', { startedAt: at(-1) }, now)).toBeNull()
    // The call of an earlier attempt is not this one.
    expect(soonRung(work, 'agent-first', { startedAt: at(-900) }, now)).toBe('phone')
  })

  it('promises nothing by hand, after the call could not be placed, and to whoever has not accepted', () => {
    expect(soonRung(work, 'by-hand', undefined, now)).toBeNull()
    expect(soonRung(work, undefined, undefined, now)).toBeNull()
    expect(soonRung({ ...work, acceptedAt: at(-13) }, 'agent-first', undefined, now)).toBeNull()
    expect(soonRung({ state: 'offered', acceptedAt: null }, 'agent-first', undefined, now)).toBeNull()
    expect(soonRung({ ...work, state: 'wrapup' }, 'agent-first', undefined, now)).toBeNull()
  })
})
