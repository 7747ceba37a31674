import { expect, it } from 'vitest'
import { troubleOf } from './trouble.ts'

it.each([
  ['connect ECONNREFUSED 10.0.0.1:587', 'unreachable'],
  ['Connection timeout', 'unreachable'],
  ['Greeting never received: timed out', 'unreachable'],
  ['535 5.7.8 Authentication credentials invalid', 'credentials'],
  ['421 4.7.0 Too many connections', 'slow'],
  ['The mail server does not accept this user name and password.', 'credentials'],
  ['The mail server asks to come back later.', 'slow'],
  ['Something else', 'other']
])('says of “%s” that it is %s', (text, key) => {
  expect(troubleOf(text)).toBe(`campaignResults.trouble-${key}`)
})
