import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { voiceAccount } from './fixtures/account.ts'
import { end, parties, place, rest } from './rest.ts'
import { test } from './test.ts'

const asked: { method: string; url: string; authorization: string; body: unknown }[] = []
let answer: (request: IncomingMessage, response: ServerResponse) => void
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString()
    asked.push({
      method: request.method!,
      url: request.url!,
      authorization: request.headers.authorization ?? '',
      body: text === '' ? null : (JSON.parse(text) as unknown)
    })
    answer(request, response)
  })
})
let restUrl = ''
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  restUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  asked.length = 0
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

const sids = {
  accountSid: 'acct-1',
  apiKey: 'key-of-the-account',
  applicationSid: 'app00000-0000-0000-0000-000000000001'
}
const account = (settings = {}) => voiceAccount({ restUrl, ...sids, ...settings })
const reply = (status: number, body: unknown = '', headers: Record<string, string> = {}) => {
  answer = (_, response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}
const party = {
  tag: 'offer-7',
  target: { kind: 'number' as const, number: '06 12 34 56 78' },
  from: '+33199001234',
  seconds: 20.4
}
const failing = (reason: string) => expect.objectContaining({ reason }) as Error

describe('jambonz’s REST interface', () => {
  it('calls somebody', async () => {
    reply(201, { sid: 'p9' })
    expect(
      await place({ ...party, fromName: 'Ann "\r\n<x>', headers: { 'X-Case': 'a\r\nb' } }, account())
    ).toBe('p9')
    expect(asked).toEqual([
      {
        method: 'POST',
        url: '/v1/Accounts/acct-1/Calls',
        authorization: 'Bearer key-of-the-account',
        body: {
          from: '+33199001234',
          to: { type: 'phone', number: '+33612345678' },
          tag: { tag: 'offer-7' },
          timeout: 20,
          callerName: 'Ann x',
          headers: { 'X-Case': 'a b' },
          application_sid: sids.applicationSid
        }
      }
    ])
  })

  it('names our own address, with the password, where there is no application', async () => {
    reply(201, { sid: 'p9' })
    await place(party, account({ applicationSid: '', restUrl: `${restUrl}/v1/` }))
    expect(asked[0]!.url).toBe('/v1/Accounts/acct-1/Calls')
    expect(asked[0]!.body).toMatchObject({
      call_hook: {
        url: 'wss://palabre.example.com/calls/b1c2d3e4f5a6b1c2d3e4f5a6',
        username: 'palabre',
        password: 'application-pass-word'
      },
      speech_synthesis_vendor: 'default',
      speech_recognizer_language: 'fr-FR'
    })
  })

  it.each([
    ['a number abroad', { target: { kind: 'number' as const, number: '+882123456789' } }],
    ['no number', { target: { kind: 'number' as const, number: '112' } }],
    ['a phone with an address of its own', { target: { kind: 'user' as const, name: 'bob@evil.example' } }],
    ['a SIP address with a route', { target: { kind: 'sip' as const, uri: 'sip:a@b,<sip:c@d>' } }],
    [
      'a premium number in a SIP address',
      { target: { kind: 'sip' as const, uri: 'sip:+882123456789@x.example' } }
    ],
    ['a header of SIP’s own', { headers: { Route: '<sip:evil>' } }]
  ])('refuses %s before it asks', async (_, change) => {
    await expect(place({ ...party, ...change }, account())).rejects.toThrow(failing('refused'))
    expect(asked).toEqual([])
  })

  it('calls the world only where that is allowed', async () => {
    reply(201, { sid: 'p9' })
    const abroad = { ...party, target: { kind: 'number' as const, number: '+442079460018' } }
    await expect(place(abroad, account())).rejects.toThrow(failing('refused'))
    expect(await place(abroad, account({ allowedPrefixes: ['+33', '+44'] }))).toBe('p9')
    expect(await place(abroad, account({ allowedPrefixes: ['+'] }))).toBe('p9')
  })

  it.each([
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [429, 'rate-limited'],
    [500, 'unreachable'],
    [503, 'unreachable'],
    [400, 'refused'],
    [302, 'unreachable']
  ])('knows %i as %s, and tells no secret', async (status, reason) => {
    reply(status, 'no', { 'retry-after': '7', location: '/elsewhere' })
    const failure = await place(party, account()).catch((error: unknown) => error)
    expect(failure).toMatchObject({ reason, ...(status === 429 && { retryAfterMs: 7_000 }) })
    expect(JSON.stringify(failure) + String(failure)).not.toContain('key-of-the-account')
    expect(asked).toHaveLength(1)
  })

  it('does not wait for a server that says nothing, or is not there', async () => {
    answer = () => undefined
    const asking = rest(account(), 'GET', '/Calls', undefined, [], AbortSignal.timeout(50))
    await expect(asking).rejects.toThrow(failing('unreachable'))
    await expect(parties(account({ restUrl: 'http://127.0.0.1:9' }))).rejects.toThrow(failing('unreachable'))
  })

  it('ends a call whether it talks or rings, and one that is over', async () => {
    reply(202)
    await end('p/9', account())
    expect(asked.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['PUT', '/v1/Accounts/acct-1/Calls/p%2F9', { call_status: 'completed' }],
      ['PUT', '/v1/Accounts/acct-1/Calls/p%2F9', { call_status: 'no-answer' }]
    ])
    reply(404)
    await end('p9', account())
    expect(asked).toHaveLength(3)
    reply(500)
    await expect(end('p9', account())).rejects.toThrow(failing('unreachable'))
  })

  it('lists the parties that jambonz knows', async () => {
    reply(200, [{ call_sid: 'p1' }, { call_sid: 'p2', extra: 1 }, null, { call_sid: 7 }, 'text'])
    expect(await parties(account())).toEqual(new Set(['p1', 'p2']))
    reply(200, { not: 'a list' })
    await expect(parties(account())).rejects.toThrow(failing('refused'))
    await expect(parties(account({ apiKey: '' }))).rejects.toThrow(failing('refused'))
  })
})

describe('the test of an account', () => {
  const signal = () => AbortSignal.timeout(10_000)

  it('is green where all is there', async () => {
    answer = (request, response) => {
      response.end(JSON.stringify(request.url!.endsWith('/Calls') ? [] : { sip_realm: 'cc.example.com' }))
    }
    const report = await test(account(), signal())
    expect(report).toMatchObject({ ok: true })
    expect(report.steps.map(({ name }) => name)).toContain('SIP realm at jambonz')
  })

  it('names what is wrong', async () => {
    answer = (request, response) => {
      response.end(JSON.stringify(request.url!.endsWith('/Calls') ? [] : { sip_realm: 'other.example.com' }))
    }
    const wrong = async (settings: object) =>
      (await test(account(settings), signal())).steps.filter(({ ok }) => !ok).map(({ name }) => name)
    expect(await wrong({})).toEqual(['SIP realm at jambonz'])
    expect(await wrong({ password: '', sipRealm: '10.0.0.1' })).toEqual([
      'Take calls',
      'Phones of agents',
      'SIP realm at jambonz'
    ])
    expect(await wrong({ defaultCountry: 'XX', applicationSid: '', hubUrl: '' })).toEqual([
      'Numbers that may be called',
      'Outgoing calls'
    ])
    reply(401)
    expect(await wrong({})).toEqual(['REST interface'])
  })
})
