import type { Call, Party } from '@palabre/config/contract/call'
import type { EndCause } from '@palabre/config/contract/call-end'
import { expect, it } from 'vitest'
import { missOf } from './outcome.ts'

const call = (change: Partial<Call>, cause: EndCause | null = null) =>
  ({
    direction: 'out',
    state: 'ended',
    talkingSince: null,
    parties: [{ tag: 'customer', end: cause && { cause } } as Party],
    ...change
  }) as Call

it('knows why somebody who was called was not reached', () => {
  expect(missOf(call({}, 'busy'))).toBe('busy')
  expect(missOf(call({}, 'noAnswer'))).toBe('noAnswer')
  expect(missOf(call({}))).toBe('failed')
})

it('misses nobody who was talked with, who is still tried, or who called', () => {
  expect(missOf(call({ talkingSince: '2026-11-23T10:00:00Z' }, 'hungUp'))).toBeNull()
  expect(missOf(call({ state: 'ringing' }))).toBeNull()
  expect(missOf(call({ direction: 'in' }, 'hungUp'))).toBeNull()
})
