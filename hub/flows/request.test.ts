import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RequestError, isInside, sendRequest, valueAt, type Outgoing } from './request.ts'

let server: Server
let host: string
const seen: { url: string; headers: Record<string, unknown>; body: string }[] = []
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      seen.push({ url: request.url ?? '', headers: request.headers, body })
      if (request.url === '/slow') return
      if (request.url === '/drip') return void response.writeHead(200).write('{')
      if (request.url === '/away')
        return void response.writeHead(302, { location: 'http://127.0.0.1/' }).end()
      if (request.url === '/large') return void response.end(JSON.stringify('x'.repeat(400_000)))
      if (request.url === '/page') return void response.end('<html>')
      if (request.url === '/none') return void response.writeHead(404).end('{}')
      response.end(JSON.stringify({ accounts: [{ balance: 12.5, owner: null }], name: 'Awa' }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const send = (path: string, more: Partial<Outgoing> = {}) =>
  sendRequest({
    method: 'GET',
    url: `http://${host}${path}`,
    headers: {},
    body: null,
    hosts: [host],
    timeoutMs: 400,
    allowsPrivate: true,
    ...more
  })
const codeOf = (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    () => 'sent',
    (error: unknown) => (error instanceof RequestError ? error.code : String(error))
  )

describe('a request of a flow', () => {
  it('brings JSON, in which paths lead to values', async () => {
    const document = await send('/')
    expect(
      ['accounts.0.balance', 'name', 'accounts.0.owner', 'accounts.1', 'name.length', 'constructor'].map(
        (path) => valueAt(document, path)
      )
    ).toEqual([12.5, 'Awa', null, undefined, undefined, undefined])
  })
  it('sends a body as JSON, with its headers', async () => {
    await send('/post', { method: 'POST', body: { phone: '+33"' }, headers: { 'x-key': 'k' } })
    expect(seen[seen.length - 1]).toMatchObject({
      body: '{"phone":"+33\\""}',
      headers: { 'x-key': 'k', 'content-type': 'application/json' }
    })
  })
  it.each([
    ['/slow', 'request-timeout'],
    ['/drip', 'request-timeout'],
    ['/away', 'request-refused'],
    ['/large', 'request-too-large'],
    ['/page', 'request-unreadable'],
    ['/none', 'request-refused']
  ])('of %s fails as %s', async (path, code) => expect(await codeOf(send(path))).toBe(code))

  it.each([
    'https://elsewhere.example/',
    'http://user:pw@HOST/',
    'ftp://HOST/',
    'no address',
    'https://HOST.evil.example/'
  ])('does not go to %s', async (url) =>
    expect(await codeOf(send('', { url: url.replace('HOST', host) }))).toBe('request-forbidden')
  )

  it('goes to no address inside, however that is written', async () => {
    const count = seen.length
    const port = host.split(':')[1] ?? ''
    for (const inside of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '2130706433',
      '0x7f.1',
      '10.0.0.1',
      '169.254.169.254',
      '[fd00::1]'
    ]) {
      const url = `https://${inside}:${port}/`
      const hosts = [new URL(url).host]
      expect([inside, await codeOf(send('', { url, hosts, allowsPrivate: false }))]).toEqual([
        inside,
        'request-forbidden'
      ])
    }
    expect(await codeOf(send('/', { allowsPrivate: false }))).toBe('request-forbidden')
    expect(seen.length).toBe(count)
  })
  it.each([
    ['8.8.8.8', false],
    ['2001:4860:4860::8888', false],
    ['172.15.0.1', false],
    ['172.31.255.255', true],
    ['100.64.0.1', true],
    ['::ffff:10.0.0.1', true],
    ['fe80::1', true],
    ['64:ff9b::7f00:1', true],
    ['nonsense', true]
  ])('takes %s for an address inside: %s', (address, inside) => expect(isInside(address)).toBe(inside))
})
