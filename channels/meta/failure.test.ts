import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.ts'

const error = (code: number, more: object = {}) => ({ error: { code, message: 'm', ...more } })

describe('a failure of the Graph API', () => {
  it.each([
    ['an expired token', 401, error(190, { error_subcode: 463 }), 'unauthorized', /has expired/],
    ['a token taken back', 401, error(190), 'unauthorized', /does not accept the access token/],
    ['a permission that is missing', 403, error(200), 'unauthorized', /lacks the permission/],
    ['words outside the window', 400, error(131047), 'refused', /24 hours.*template/],
    ['nobody at the number', 400, error(131026), 'refused', /cannot be delivered/],
    ['a policy that was broken', 400, error(368), 'refused', /policies/],
    [
      'a parameter',
      400,
      error(100, { error_data: { details: 'to is wrong' } }),
      'refused',
      /to is wrong.*100/
    ],
    ['a template that was paused', 400, error(132015), 'refused', /paused the template/],
    ['a value of a template', 400, error(132018), 'refused', /line break, a tab or more than four spaces/],
    ['what is not to be seen', 400, error(100, { error_subcode: 33 }), 'refused', /may not see it/],
    ['a fault of Meta’s', 500, error(131000), 'unreachable', /fault of its own/],
    ['the end of a page’s window', 403, error(10, { error_subcode: 2018278 }), 'refused', /24 hours.*7 days/],
    ['the end of Instagram’s window', 400, error(10, { error_subcode: 2534022 }), 'refused', /7 days/],
    ['code 10 alone', 403, error(10), 'unauthorized', /lacks the permission/],
    ['an app that is not reviewed', 403, error(200, { error_subcode: 2018028 }), 'unauthorized', /reviewed/],
    ['nobody of the ID', 400, error(100, { error_subcode: 2018001 }), 'refused', /knows nobody/],
    ['who has blocked us', 400, error(551), 'refused', /blocked the account/],
    ['who did not agree', 403, error(230), 'refused', /not agreed/],
    ['a second private answer', 400, error(10900), 'refused', /already/],
    ['a temporary failure', 400, error(1200), 'unreachable', /this time/],
    ['a page that asks too often', 400, error(80006), 'rate-limited', /80006/],
    ['a page of HTML', 502, undefined, 'unreachable', /502/],
    ['a 429 in no known form', 429, null, 'rate-limited', /429/],
    ['an array where an error should be', 400, [], 'refused', /400/]
  ])('is told in plain words: %s', (_, status, body, reason, words) => {
    const failure = failureOf(status, body, null)
    expect(failure.reason).toBe(reason)
    expect(failure.message).toMatch(words)
  })

  it('is waited for as long as Meta says, else as long as is usual', () => {
    expect(failureOf(429, error(130429), 7).retryAfterMs).toBe(7000)
    expect(failureOf(400, error(131056), null).retryAfterMs).toBe(6000)
    expect(failureOf(429, null, null).retryAfterMs).toBe(30_000)
    expect(failureOf(400, error(131026), 7).retryAfterMs).toBeUndefined()
  })
})
