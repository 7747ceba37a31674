import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { handshake } from './handshake.ts'
import { checkSignature, mayBeSigned, viaOf } from './signature.ts'

const secret = '0123456789abcdef0123456789abcdef'
// As Meta writes it: the same object written anew has other bytes.
const body = '{"name":"Fran\\u00e7ois","url":"https:\\/\\/example.org"}'
const signed = (text: string, key = secret) =>
  `sha256=${createHmac('sha256', key).update(text).digest('hex')}`
const call = (signature: string | undefined, text = body) => ({
  headers: { 'x-hub-signature-256': signature },
  query: {},
  rawBody: Buffer.from(text)
})
const rejected = expect.objectContaining({ reason: 'rejected' }) as Error

describe('a signature of Meta', () => {
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
    ['SHA-1', `sha1=${'0'.repeat(40)}`],
    ['what is no hex', `sha256=${'z'.repeat(64)}`]
  ])('is not %s', (_, signature) => {
    expect(() => checkSignature(call(signature), secret)).toThrow(rejected)
  })

  it('is worth nothing without a secret', () => {
    expect(() => checkSignature(call(signed(body, '')), '')).toThrow(rejected)
  })

  it('can be seen to be missing before the body is read', () => {
    expect(mayBeSigned({})).toBe(false)
    expect(mayBeSigned({ 'x-hub-signature-256': 'sha256=00' })).toBe(false)
    expect(mayBeSigned({ 'x-hub-signature-256': signed('anything') })).toBe(true)
  })
})

describe('the name of an account within its app', () => {
  it('is another one in another app', () => {
    expect(viaOf(secret, '1')).toBe(viaOf(secret, '1'))
    expect(viaOf(secret, '1')).not.toBe(viaOf('another', '1'))
    expect(viaOf(secret, '1')).not.toContain(secret)
  })
})

describe('the question whether a webhook is at home here', () => {
  const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'agreed', 'hub.challenge': '1158201444' }

  it('is answered with its challenge', () => {
    expect(handshake(query, 'agreed')).toBe('1158201444')
  })

  it.each([
    ['another token', { ...query, 'hub.verify_token': 'guessed' }],
    ['no token', { 'hub.mode': 'subscribe', 'hub.challenge': '1' }],
    ['another mode', { ...query, 'hub.mode': 'unsubscribe' }],
    ['a challenge that is a page', { ...query, 'hub.challenge': '<script>' }]
  ])('is refused with %s', (_, asked) => {
    expect(() => handshake(asked, 'agreed')).toThrow(rejected)
  })

  it('is refused when no token was agreed on', () => {
    expect(() => handshake({ ...query, 'hub.verify_token': '' }, '')).toThrow(rejected)
  })
})
