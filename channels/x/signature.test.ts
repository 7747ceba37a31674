import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { checkSignature, handshake, mayBeSigned, viaOf } from './signature.ts'

const secret = 'z3ZX4v7mAAUGykl3EcmkqbartmuW8VFOOzCloLx9Q45P0hLrFu'
// As X writes it: the same object written anew has other bytes.
const body = '{"for_user_id":"1","url":"https:\\/\\/t.co\\/caf\\u00e9"}'
const signed = (text: string, key = secret) =>
  `sha256=${createHmac('sha256', key).update(text).digest('base64')}`
const call = (signature: string | undefined, text = body) => ({
  headers: { 'x-twitter-webhooks-signature': signature },
  query: {},
  rawBody: Buffer.from(text)
})
const rejected = expect.objectContaining({ reason: 'rejected' }) as Error

describe('a signature of X', () => {
  it('is over the bytes as they came', () => {
    expect(() => checkSignature(call(signed(body)), secret)).not.toThrow()
    expect(() => checkSignature(call(signed(body), JSON.stringify(JSON.parse(body))), secret)).toThrow(
      rejected
    )
  })

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['one of another secret', signed(body, 'another')],
    ['one of another body', signed(`${body} `)],
    ['a shorter one', signed(body).slice(0, -2)],
    ['one in hex', `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`],
    ['SHA-1', `sha1=${createHmac('sha1', secret).update(body).digest('base64')}`]
  ])('is not %s', (_, signature) => {
    expect(() => checkSignature(call(signature), secret)).toThrow(rejected)
  })

  it('is worth nothing without a secret', () => {
    expect(() => checkSignature(call(signed(body, '')), '')).toThrow(rejected)
  })

  it('can be seen to be missing before the body is read', () => {
    expect(mayBeSigned({})).toBe(false)
    expect(mayBeSigned({ 'x-twitter-webhooks-signature': 'sha256=00' })).toBe(false)
    expect(mayBeSigned({ 'x-twitter-webhooks-signature': signed('anything') })).toBe(true)
  })
})

describe('the question whether a webhook is ours', () => {
  it('is answered with the hash of its token', () => {
    const token = '9b4507b3-9040-4669-9ca3-6b94edb50553'
    expect(JSON.parse(handshake({ crc_token: token }, secret))).toEqual({ response_token: signed(token) })
  })

  it('gives nobody a signature for a call of their own', () => {
    const forged = '{"for_user_id":"1","direct_message_events":[]}'
    for (const token of [forged, '[]', '"a"', ' ', '', 'a'.repeat(501), 'é', 'a\nb'])
      expect(() => handshake({ crc_token: token }, secret), token).toThrow(rejected)
    expect(() => handshake({}, secret)).toThrow(rejected)
  })
})

describe('the name of an account within its app', () => {
  it('is another one in another app', () => {
    expect(viaOf(secret, '1')).toBe(viaOf(secret, '1'))
    expect(viaOf(secret, '1')).not.toBe(viaOf('another', '1'))
    expect(viaOf(secret, '1')).not.toContain(secret)
  })
})
