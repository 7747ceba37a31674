import { expect, it } from 'vitest'
import { signedHeader } from './signed-header.ts'

// The worked example of docs.x.com, "Creating a signature": keys, nonce, time and result are theirs.
const keys = {
  consumerKey: 'xvz1evFS4wEEPTGEFPHBog',
  consumerSecret: 'kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw',
  accessToken: '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb',
  accessTokenSecret: 'LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE'
}
const when = { nonce: 'kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg', timestamp: 1318622958 }
const example =
  'https://api.twitter.com/1.1/statuses/update.json?include_entities=true&status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21'

it('signs as X’s own example does', () => {
  const header = signedHeader('POST', example, keys, when)
  expect(header).toContain('oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"')
  expect(header).not.toContain(keys.consumerSecret)
  expect(header).not.toContain(keys.accessTokenSecret)
})

it('signs every question anew', () => {
  expect(signedHeader('GET', example, keys)).not.toBe(signedHeader('GET', example, keys))
})
