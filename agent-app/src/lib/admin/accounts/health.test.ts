import type { ChannelAccount } from '@palabre/config/contract/account'
import { describe, expect, it } from 'vitest'
import { expiryOf, healthOf, lastHour } from './health.ts'

const now = Date.parse('2026-11-23T12:00:00Z')
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
const health: ChannelAccount['health'] = {
  state: 'up',
  detail: '',
  since: null,
  pairing: false,
  lastInAt: null,
  lastOutAt: null,
  hookSeenAt: null,
  expiresAt: null,
  failures: 0,
  sends: 0,
  slots: []
}
const account = (change: Partial<ChannelAccount>, state: ChannelAccount['health']['state'] = 'up') =>
  ({
    paused: false,
    archived: false,
    setupStep: null,
    health: { ...health, state },
    ...change
  }) as ChannelAccount

describe('the health of an account', () => {
  it('is red for credentials that are not taken, and for nothing else', () => {
    expect(healthOf(account({}, 'refused')).tone).toBe('danger')
    for (const state of ['up', 'down', 'unknown'] as const)
      expect(healthOf(account({}, state)).tone).not.toBe('danger')
    expect(healthOf(account({}, 'down')).tone).toBe('warn')
    expect(healthOf(account({ paused: true }, 'refused')).tone).toBe('neutral')
  })

  it('says that connecting it was not finished', () =>
    expect(healthOf(account({ paused: true, setupStep: 3 }))).toEqual({
      tone: 'warn',
      word: 'adminChannel.unfinished'
    }))

  it('counts the sends of the last hour, and less as it passes', () => {
    const slots = [
      { from: at(-58), sent: 4, failed: 1 },
      { from: at(-10), sent: 6, failed: 2 }
    ]
    expect(lastHour({ ...health, slots }, now)).toEqual({ sends: 10, failures: 3 })
    expect(lastHour({ ...health, slots }, now + 10 * 60_000)).toEqual({ sends: 6, failures: 2 })
  })

  it('warns two weeks before credentials end, and alarms in the last days', () => {
    const tone = (days: number) => expiryOf(at(days * 1440 + 1), now).tone
    expect([20, 14, 13, 3, 2, 0, -2].map(tone)).toEqual([
      'neutral',
      'neutral',
      'warn',
      'warn',
      'danger',
      'danger',
      'danger'
    ])
  })
})
