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
    ['a fault of Meta’s', 500, error(131000), 'unreachable', /fault of its own/],
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
