import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.ts'

const problem = (detail: string, type = 'about:blank') => ({ title: 'T', detail, type, status: 0 })
const error = (code: number) => ({ errors: [{ code, message: 'm' }] })

describe('a failure of the X API', () => {
  it.each([
    ['a revoked token', 401, problem('Unauthorized'), 'unauthorized', /revoked\. \(401\)/],
    ['a wrong key', 401, error(32), 'unauthorized', /keys.*\(401, 32\)/],
    ['an invalid token', 403, error(89), 'unauthorized', /access token/],
    ['a clock that is wrong', 401, error(135), 'unauthorized', /clock/],
    ['credits used up', 402, problem('CreditsDepleted'), 'unauthorized', /credits/],
    [
      'an access level',
      403,
      problem('When authenticating…', 'https://api.x.com/2/problems/client-forbidden'),
      'unauthorized',
      /access level/
    ],
    ['a person who takes no messages', 403, error(349), 'refused', /takes no direct messages.*349/],
    [
      'the same in words',
      403,
      problem('You do not have permission to DM one or more participants.'),
      'refused',
      /takes no direct messages/
    ],
    [
      'words that were posted',
      403,
      problem('You are not allowed to create a Tweet with duplicate content.'),
      'refused',
      /already posted/
    ],
    ['the same by number', 403, error(187), 'refused', /already posted/],
    [
      'a post of who did not mention us',
      403,
      problem('Reply to this conversation is not allowed because you have not been mentioned'),
      'refused',
      /mentioned or quoted/
    ],
    [
      'a post that is gone',
      404,
      problem('x', 'https://api.x.com/2/problems/resource-not-found'),
      'refused',
      /not there any more/
    ],
    ['a fault of X', 503, undefined, 'unreachable', /fault of its own\. \(503\)/],
    ['a fault that names codes', 500, error(131), 'unreachable', /fault/],
    ['something else', 400, problem('The text is odd\u202e'), 'refused', /^X says: The text is odd \(400\)$/],
    ['nothing at all', 400, null, 'refused', /does not take it/],
    ['an array', 400, [], 'refused', /400/]
  ])('is told in plain words: %s', (_, status, body, reason, words) => {
    const failure = failureOf(status, body, null)
    expect(failure.reason).toBe(reason)
    expect(failure.message).toMatch(words)
  })

  it('is waited for as long as X says, else a minute', () => {
    expect(failureOf(429, problem('Too Many Requests'), 7000).retryAfterMs).toBe(7000)
    expect(failureOf(429, undefined, null)).toMatchObject({ reason: 'rate-limited', retryAfterMs: 60_000 })
    expect(failureOf(403, error(349), 7000).retryAfterMs).toBeUndefined()
  })
})
