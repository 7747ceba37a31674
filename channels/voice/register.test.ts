import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Registration } from '../call.ts'
import { proves, registration } from './register.ts'

/** RFC 2617 §3.5: the example of the standard. */
const example: Registration = {
  method: 'GET',
  username: 'Mufasa',
  realm: 'testrealm@host.com',
  nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
  uri: '/dir/index.html',
  qop: 'auth',
  nc: '00000001',
  cnonce: '0a4f113b',
  response: '6629fae49393a05397450978507c4ef1',
  expires: 0
}
/** RFC 2069 §2.4, as corrected: without qop. */
const old: Registration = {
  ...example,
  qop: undefined,
  nc: undefined,
  cnonce: undefined,
  response: '670fd8c2df070c60b045671b8b24ff02'
}
/** RFC 7616 §3.9.1: MD5 and SHA-256 of one request. */
const newer: Registration = {
  method: 'GET',
  username: 'Mufasa',
  realm: 'http-auth@example.org',
  uri: '/dir/index.html',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  nc: '00000001',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  qop: 'auth',
  algorithm: 'MD5',
  response: '8ca523f5e9506fed4657c9700eebdbec',
  expires: 0
}
const sha: Registration = {
  ...newer,
  algorithm: 'SHA-256',
  response: '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'
}

describe('the digest of a phone', () => {
  it.each([
    ['RFC 2617', example, 'Circle Of Life'],
    ['RFC 2069', old, 'Circle Of Life'],
    ['RFC 7616, MD5', newer, 'Circle of Life'],
    ['RFC 7616, SHA-256', sha, 'Circle of Life'],
    ['upper case', { ...example, response: example.response.toUpperCase() }, 'Circle Of Life']
  ])('is right as in %s', (_, said, password) => {
    expect(proves(said, password)).toBe(true)
    expect(proves(said, `${password} `)).toBe(false)
    expect(proves(said, '')).toBe(false)
  })

  it('is right for a session key', () => {
    const h = (...parts: string[]) => createHash('md5').update(parts.join(':')).digest('hex')
    const ha1 = h(h('Mufasa', example.realm, 'Circle Of Life'), example.nonce, '0a4f113b')
    const response = h(ha1, example.nonce, '00000001', '0a4f113b', 'auth', h('GET', '/dir/index.html'))
    expect(proves({ ...example, algorithm: 'MD5-sess', response }, 'Circle Of Life')).toBe(true)
    expect(proves({ ...example, algorithm: 'MD5', response }, 'Circle Of Life')).toBe(false)
  })

  it('is not taken for a protection that is not checked', () => {
    const h = (...parts: string[]) => createHash('md5').update(parts.join(':')).digest('hex')
    const ha1 = h('Mufasa', example.realm, 'Circle Of Life')
    const response = h(ha1, example.nonce, '00000001', '0a4f113b', 'auth-int', h('GET', '/dir/index.html'))
    expect(proves({ ...example, qop: 'auth-int', response }, 'Circle Of Life')).toBe(false)
  })

  it.each<[string, Partial<Registration>]>([
    ['another method', { method: 'REGISTER' }],
    ['another user', { username: 'Scar' }],
    ['another realm', { realm: 'pride.example' }],
    ['another nonce', { nonce: 'another' }],
    ['another address', { uri: '/dir/other.html' }],
    ['another count', { nc: '00000002' }],
    ['another cnonce', { cnonce: 'another' }],
    ['a qop that is not ours', { qop: 'auth-int' }],
    ['an algorithm that is none', { algorithm: 'ROT13' }],
    ['an algorithm of JavaScript', { algorithm: 'constructor' }],
    ['a response cut short', { response: '6629fae4' }],
    ['qop without a count', { nc: undefined }],
    ['qop without a cnonce', { cnonce: undefined }]
  ])('is wrong for %s', (_, change) => {
    expect(proves({ ...example, ...change }, 'Circle Of Life')).toBe(false)
  })
})

describe('what the registration hook posts', () => {
  const body = {
    method: 'REGISTER',
    realm: 'cc.example.com',
    username: 'bob',
    expires: 300,
    scheme: 'digest',
    nonce: 'n',
    uri: 'sip:cc.example.com',
    response: 'r',
    qop: 'auth',
    nc: '00000001',
    cnonce: 'c',
    algorithm: 'MD5'
  }

  it('is read', () => {
    const { scheme: _, ...rest } = body
    expect(registration(body)).toEqual(rest)
    expect(registration({ ...body, qop: null, nc: '', cnonce: undefined, expires: '60' })).toMatchObject({
      qop: undefined,
      nc: undefined,
      expires: 60
    })
    expect(registration({ ...body, expires: -1 }).expires).toBe(0)
  })

  it.each([
    null,
    'text',
    [],
    {},
    { ...body, username: undefined },
    { ...body, username: { $ne: null } },
    { ...body, response: '' },
    { ...body, nonce: 'n'.repeat(5_000) },
    { ...body, qop: 7 }
  ])('is rejected where it is none %#', (wrong) => {
    expect(() => registration(wrong)).toThrow(expect.objectContaining({ reason: 'rejected' }) as Error)
  })
})
