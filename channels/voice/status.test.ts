import { describe, expect, it } from 'vitest'
import { voiceAccount } from './fixtures/account.ts'
import { stateOf } from './status.ts'

const account = voiceAccount()
const end = (data: Record<string, unknown>, ours = false) =>
  stateOf({ call_sid: 'p1', direction: 'outbound', to: 'bob@cc.example.com', ...data }, account, ours)?.end

describe('how a call ended', () => {
  it.each([
    ['a phone that was declined', { call_status: 'failed', sip_status: 603 }, 'declined', 'party'],
    [
      'a phone whose owner pressed the red button',
      { call_status: 'busy', sip_status: 486 },
      'declined',
      'party'
    ],
    ['a number that is busy', { call_status: 'busy', sip_status: 486, to: '+33199001234' }, 'busy', 'party'],
    [
      'a number that declined',
      { call_status: 'failed', sip_status: 603, to: '+33199001234' },
      'declined',
      'party'
    ],
    ['a phone that is not registered', { call_status: 'failed', sip_status: 480 }, 'unreachable', null],
    ['a phone that does not exist', { call_status: 'failed', sip_status: 404 }, 'unreachable', null],
    ['a phone that rang in vain', { call_status: 'no-answer', sip_status: 487 }, 'noAnswer', null],
    ['a carrier in trouble', { call_status: 'failed', sip_status: 503 }, 'failed', null],
    [
      'somebody who hung up',
      { call_status: 'completed', sip_status: 200, call_termination_by: 'caller' },
      'hungUp',
      'party'
    ],
    [
      'a call that we ended',
      { call_status: 'completed', sip_status: 200, call_termination_by: 'jambonz' },
      'hungUp',
      'us'
    ],
    [
      'a caller who gave up',
      { direction: 'inbound', call_status: 'no-answer', sip_status: 487, call_termination_by: 'caller' },
      'hungUp',
      'party'
    ],
    [
      'a caller whom we declined',
      { direction: 'inbound', call_status: 'failed', sip_status: 486 },
      'declined',
      'us'
    ]
  ])('%s', (_, data, cause, by) => {
    expect(end(data)).toMatchObject({ cause, by, sipStatus: (data as { sip_status: number }).sip_status })
  })

  it('is our doing where this line was told so', () => {
    expect(end({ call_status: 'no-answer', sip_status: 487 }, true)).toMatchObject({
      cause: 'noAnswer',
      by: 'us'
    })
  })

  it('tells seconds, and none that are not', () => {
    expect(end({ call_status: 'completed', duration: 61.4 })?.seconds).toBe(61)
    expect(end({ call_status: 'completed', duration: -5 })?.seconds).toBe(0)
    expect(end({ call_status: 'completed', duration: 'long' })?.seconds).toBe(0)
  })

  it('is nothing where no state is told', () => {
    expect(stateOf({ call_sid: 'p1', call_status: 'dancing' }, account, false)).toBeNull()
    expect(stateOf({ call_status: 'completed' }, account, false)).toBeNull()
    expect(stateOf({ call_sid: { $ne: null }, call_status: 'completed' }, account, false)).toBeNull()
  })
})
