import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSigned } from './signature.ts'

const secret = 'wh_secret_2oReqqJbRsAbcdAfbn4KPj'
const now = new Date(1_790_000_000_000)
const body = Buffer.from('{"call_sid":"p1",  "from":"+33612345678"}')
const sign = (t: number, bytes: Uint8Array = body, key = secret) =>
  createHmac('sha256', key).update(`${t}.`).update(bytes).digest('hex')

describe('the signature of a webhook', () => {
  it('is that of a fixed vector', () => {
    // printf '1790000000.{"a":1}' | openssl dgst -sha256 -hmac key
    const header = 't=1790000000,v1=7a4d26944722100249410c8c7f2e76c3cc6e9735fcc98b39e44a122da5490ffc'
    expect(isSigned(header, Buffer.from('{"a":1}'), 'key', now)).toBe(true)
  })

  it('holds for five minutes either way, in seconds', () => {
    const t = 1_790_000_000
    for (const by of [0, -300, 300])
      expect(isSigned(`t=${t + by},v1=${sign(t + by)}`, body, secret, now)).toBe(true)
    for (const by of [-301, 301])
      expect(isSigned(`t=${t + by},v1=${sign(t + by)}`, body, secret, now)).toBe(false)
    const ms = t * 1000
    expect(isSigned(`t=${ms},v1=${sign(ms)}`, body, secret, now)).toBe(false)
  })

  it('is over the bytes as they came', () => {
    const t = 1_790_000_000
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(body.toString())))
    expect(isSigned(`t=${t},v1=${sign(t)}`, rewritten, secret, now)).toBe(false)
  })

  it('may stand among others, in any order', () => {
    const t = 1_790_000_000
    expect(
      isSigned(`v0=abc, v1=${'0'.repeat(64)}, v1=${sign(t).toUpperCase()} , t=${t}`, body, secret, now)
    ).toBe(true)
  })

  it.each([
    undefined,
    '',
    't=1790000000',
    `v1=${sign(1_790_000_000)}`,
    `t=,v1=${sign(0)}`,
    't=1790000000,v1=',
    `t=1790000000,v1=${sign(1_790_000_000, body, 'other')}`,
    `t=NaN,v1=${sign(Number.NaN)}`,
    `t=1790000000;v1=${sign(1_790_000_000)}`
  ])('is wrong as %s', (header) => {
    expect(isSigned(header, body, secret, now)).toBe(false)
  })

  it('is never right without a secret', () => {
    expect(isSigned(`t=1790000000,v1=${sign(1_790_000_000, body, '')}`, body, '', now)).toBe(false)
  })
})
