import { describe, expect, it } from 'vitest'
import { reasonOf } from './reason.ts'

describe('why a recipient stands where they stand', () => {
  it.each([
    ['failed', '550 5.1.1 No such user here', 'no-mailbox'],
    ['failed', '550 Requested action not taken', 'no-mailbox'],
    ['failed', '550 5.7.1 Message rejected as spam', 'policy'],
    ['bounced', '5.2.2 mailbox full', 'full'],
    ['deferred', '452 4.2.2 Over quota', 'full'],
    ['deferred', '421 4.7.0 Too fast', 'busy'],
    ['deferred', '451 try again later', 'busy'],
    ['deferred', 'connect ETIMEDOUT 10.0.0.1:25', 'unreachable'],
    ['failed', '552 5.3.4 Message too big', 'too-big'],
    ['suppressed', 'hard-bounce', 'hard-bounce'],
    ['suppressed', 'role-address', 'role-address']
  ] as const)('%s, %s', (state, reason, key) => {
    expect(reasonOf({ state, reason })).toBe(`campaignResults.reason-${key}`)
  })
  it('leaves alone what it does not know', () => {
    expect(reasonOf({ state: 'failed', reason: 'Sorry, no' })).toBeNull()
    expect(reasonOf({ state: 'sent', reason: '' })).toBeNull()
  })
  it('says of what is unknown that nobody knows', () => {
    expect(reasonOf({ state: 'unknown', reason: 'read ECONNRESET' })).toContain('unknown-outcome')
  })
})
