import type { Callback } from '@palabre/config/contract/callback'
import { describe, expect, it } from 'vitest'
import { groupOf, inOrder, latenessOf } from './standing.ts'

const now = new Date(2026, 10, 24, 14, 0).getTime()
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
const callback = (change: Partial<Callback> = {}): Callback => ({
  id: '000000000000000000000001',
  version: 1,
  state: 'scheduled',
  source: 'web',
  queueId: '0000000000000000000000a1',
  accountId: '0000000000000000000000a2',
  contactId: null,
  name: 'Amina Diallo',
  number: '+221771234567',
  email: '',
  reason: '',
  locale: 'fr',
  agentId: null,
  slot: null,
  nextAt: at(30),
  interactionId: null,
  conversationId: null,
  attempts: [],
  kept: null,
  createdAt: at(-60),
  endedAt: null,
  ...change
})
const attempt = {
  at: at(-5),
  interactionId: '0000000000000000000000b1',
  agentId: null,
  cause: 'busy'
} as const

describe('where a callback stands', () => {
  it('is due with the queue, and from its time on', () => {
    expect(groupOf(callback({ state: 'queued', nextAt: null }), now)).toBe('due')
    expect(groupOf(callback({ nextAt: at(0) }), now)).toBe('due')
    expect(groupOf(callback({ nextAt: at(1) }), now)).toBe('today')
  })

  it('is of today until midnight of the reader’s clock, then later', () => {
    expect(groupOf(callback({ nextAt: at(599) }), now)).toBe('today')
    expect(groupOf(callback({ nextAt: at(600) }), now)).toBe('later')
  })

  it('is tried while another attempt is to come, whenever that is', () => {
    expect(groupOf(callback({ attempts: [attempt], nextAt: at(5000) }), now)).toBe('tried')
    expect(groupOf(callback({ attempts: [attempt], state: 'queued', nextAt: null }), now)).toBe('due')
    expect(groupOf(callback({ attempts: [attempt], state: 'failed', nextAt: null }), now)).toBe('over')
  })

  it('is late from the end of the slot until it is called', () => {
    const slot = { from: at(-60), to: at(-30) }
    expect(latenessOf(callback({ slot }), now)).toBe(30 * 60_000)
    expect(latenessOf(callback({ slot, kept: false }), now)).toBe(30 * 60_000)
    expect(latenessOf(callback({ slot, kept: true }), now)).toBeNull()
    expect(latenessOf(callback({ slot, state: 'done', kept: false }), now)).toBeNull()
    expect(latenessOf(callback({ slot: { from: at(-10), to: at(20) } }), now)).toBeNull()
    expect(latenessOf(callback(), now)).toBeNull()
  })

  it('stands in the order of its times', () => {
    const a = callback({ id: 'a', slot: { from: at(-20), to: at(10) }, nextAt: null })
    const b = callback({ id: 'b', nextAt: null, createdAt: at(-60) })
    const c = callback({ id: 'c', nextAt: at(5) })
    expect(inOrder([c, a, b]).map(({ id }) => id)).toEqual(['b', 'a', 'c'])
    const old = callback({ id: 'o', state: 'done', endedAt: at(-50) })
    const fresh = callback({ id: 'f', state: 'done', endedAt: at(-5) })
    expect(inOrder([old, fresh]).map(({ id }) => id)).toEqual(['f', 'o'])
  })
})
