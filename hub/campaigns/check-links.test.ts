import { createServer, type RequestListener, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { outside, type Outside } from '@palabre/channels/fetch-safely'
import type { Hub } from '../hub.ts'
import { checkLinksOf } from './check-links.ts'

const hub = { env: { DNS_SERVER: '' } } as Hub
let server: Server
let port: number
let answers: Record<string, RequestListener>
let asked: string[]
let under: number
let mostUnder: number

/** Names of the world are public, and every connection ends at the local server. */
const here: Outside = {
  resolve: (name) =>
    name === 'gone.example'
      ? Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }))
      : Promise.resolve([name === 'inside.example' ? '127.0.0.1' : '93.184.216.34']),
  connect: () => connect({ host: '127.0.0.1', port })
}

const messageOf = (...targets: string[]) => ({
  message: {
    mjml: `<mjml><mj-body><mj-section><mj-column>${targets
      .map((target) => `<mj-text><a href="${target}">x</a></mj-text>`)
      .join('')}</mj-column></mj-section></mj-body></mjml>`,
    text: null,
    preheader: '',
    fromName: '',
    subjects: [{ id: 'a', subject: 'x' }],
    fallbacks: {}
  }
})
const check = async (...targets: string[]) =>
  (await checkLinksOf(hub, messageOf(...targets), here)).map(({ severity, kind, figures }) => {
    expect(kind).toBe('link-not-followed')
    return [severity, figures]
  })
const status =
  (code: number): RequestListener =>
  (_request, response) =>
    void response.writeHead(code).end()

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.headers.host ?? ''}${request.url ?? ''}`)
    mostUnder = Math.max(mostUnder, ++under)
    response.once('close', () => under--)
    const answer = answers[request.url ?? ''] ?? status(200)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
beforeEach(() => {
  answers = {}
  asked = []
  under = mostUnder = 0
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

describe('the links of a message', () => {
  it('are said to lead nowhere when their page is not there', async () => {
    answers['/gone'] = status(404)
    answers['/broken'] = status(503)
    expect(
      await check('https://shop.example/here', 'https://shop.example/gone', 'https://shop.example/broken')
    ).toEqual([
      ['warning', { target: 'https://shop.example/gone', what: 'status', status: 404 }],
      ['warning', { target: 'https://shop.example/broken', what: 'status', status: 503 }]
    ])
  })

  it('are asked for again, a byte of them, where a server does not answer a HEAD', async () => {
    answers['/page'] = (request, response) => {
      if (request.method === 'HEAD') response.writeHead(405).end()
      else response.writeHead(request.headers.range === 'bytes=0-0' ? 206 : 200).end('x')
    }
    answers['/empty'] = (request, response) =>
      void response.writeHead(request.method === 'HEAD' ? 403 : 416).end()
    expect(await check('https://shop.example/page', 'https://shop.example/empty')).toEqual([])
    expect(asked.toSorted()).toEqual([
      'GET shop.example/empty',
      'GET shop.example/page',
      'HEAD shop.example/empty',
      'HEAD shop.example/page'
    ])
  })

  it('are followed where they are redirected to, never into our own network', async () => {
    answers['/to-gone'] = (_request, response) =>
      void response.writeHead(302, { location: 'https://other.example/gone' }).end()
    answers['/gone'] = status(410)
    answers['/inside'] = (_request, response) =>
      void response.writeHead(301, { location: 'https://127.0.0.1/admin' }).end()
    const findings = await check(
      'https://shop.example/to-gone',
      'https://shop.example/inside',
      'https://inside.example/',
      'https://127.0.0.1/x',
      'https://shop.example:8443/x',
      'http://shop.example/x',
      'https://gone.example/x'
    )
    expect(findings.map(([, figures]) => (figures as { what: string }).what)).toEqual([
      'status',
      'refused',
      'refused',
      'refused',
      'refused',
      'unencrypted',
      'unreachable'
    ])
    expect(asked.filter((one) => /127\.0\.0\.1|inside\.example|admin/.test(one))).toEqual([])
  })

  it('on this machine are refused with the ways out that are used', async () => {
    const reached = `127.0.0.1:${String(port)}`
    const findings = await checkLinksOf(
      hub,
      messageOf(`https://${reached}/x`, 'https://localhost/x'),
      outside
    )
    expect(findings.map(({ figures }) => figures['what'])).toEqual(['refused', 'refused'])
    expect(asked).toEqual([])
  })

  it('are waited for so long and no longer', async () => {
    answers['/never'] = () => {}
    const findings = await checkLinksOf(hub, messageOf('https://shop.example/never'), here, 50)
    expect(findings.map(({ figures }) => figures['what'])).toEqual(['late'])
    server.closeAllConnections()
  })

  it('are left when they are filled in for each recipient, which is said', async () => {
    expect(await check('https://shop.example/{{ contact.city }}', '{{ contact.page }}')).toEqual([
      ['notice', { target: 'https://shop.example/{{ contact.city }}', what: 'variables' }],
      ['notice', { target: '{{ contact.page }}', what: 'variables' }]
    ])
    expect(asked).toEqual([])
  })

  it('are asked for once each, five at once, twenty at most', async () => {
    const slow: RequestListener = (_request, response) => void setTimeout(() => response.end(), 20)
    const pages = Array.from({ length: 23 }, (_, i) => `/p${String(i)}`)
    for (const page of pages) answers[page] = slow
    const findings = await check(
      ...pages.map((page) => `https://shop.example${page}`),
      'https://shop.example/p0#end'
    )
    expect(findings).toEqual([['notice', { target: '', what: 'too-many', count: 3 }]])
    expect(asked).toHaveLength(20)
    expect(mostUnder).toBeLessThanOrEqual(5)
  })
})
