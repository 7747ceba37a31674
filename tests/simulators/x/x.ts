import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { XApi, type XSent } from './api.ts'
import { selfSigned } from '../certificate.ts'
import { answerOf, problem, unauthorized, type XAnswer, type XMood } from './faults.ts'
import { oauthCheck } from './oauth.ts'
import { XWindows } from './windows.ts'
import { XWorld, type XOwner } from './world.ts'

/** A question as it came in. */
interface XAsked {
  endpoint: string
  at: number
  status: number
}

/** X's side: version 2 of its API, for the accounts given, over TLS with a certificate made at the start. */
export interface X {
  url: string
  world: XWorld
  windows: XWindows
  readonly sent: readonly XSent[]
  readonly uploads: XApi['uploads']
  readonly asked: readonly XAsked[]
  /** Why questions were refused as not signed, or not rightly. */
  readonly unproved: readonly string[]
  /** Webhooks that the app has. */
  webhooks: { id: string; url: string; valid: boolean }[]
  /** Which questions a mood is for: all, or those whose path has this in it. */
  answer(mood: XMood, only?: string): void
  /** The first message or post of ours, already there or still to come, that pleases; throws after `ms`. */
  waitFor(pleases: (sent: XSent) => boolean, ms?: number): Promise<XSent>
  stop(): Promise<void>
}

export async function startX(owners: XOwner[]): Promise<X> {
  const world = new XWorld(owners)
  const windows = new XWindows()
  const api = new XApi(world)
  const asked: XAsked[] = []
  const unproved: string[] = []
  const prove = oauthCheck(owners)
  let mood: XMood = { kind: 'normal' }
  let moodFor = ''

  const server = createServer(selfSigned(), (request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.destroy(error as Error)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  api.base = url

  const x: X = {
    url,
    world,
    windows,
    sent: api.sent,
    uploads: api.uploads,
    asked,
    unproved,
    webhooks: [],
    answer(next, only = '') {
      mood = next
      moodFor = only
    },
    async waitFor(pleases, ms = 8000) {
      const until = Date.now() + ms
      for (;;) {
        const found = api.sent.find(pleases)
        if (found) return found
        if (Date.now() > until) throw new Error('No such message was handed over')
        await sleep(20)
      }
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  return x

  /** The mood that this question meets, counted. */
  function meet(path: string): XMood {
    if (mood.kind === 'normal' || !path.includes(moodFor)) return { kind: 'normal' }
    const met = mood
    if ('after' in met && met.after !== undefined && met.after > 0) {
      mood = { ...met, after: met.after - 1 }
      return { kind: 'normal' }
    }
    if ('times' in met && met.times !== undefined)
      mood = met.times > 1 ? { ...met, times: met.times - 1 } : { kind: 'normal' }
    return met
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const at = new URL(request.url ?? '/', url)
    const endpoint = XApi.endpointOf({ method: request.method ?? '', path: at.pathname }) ?? at.pathname
    const met = meet(at.pathname)
    if (met.kind === 'slow') await sleep(met.ms)
    const answered = answerOf(met) ?? answer(request, at, endpoint, Buffer.concat(chunks))
    asked.push({ endpoint, at: Date.now(), status: answered.status })
    if (met.kind === 'mute') return response.destroy()
    reply(response, answered)
  }

  function answer(request: IncomingMessage, at: URL, endpoint: string, body: Buffer): XAnswer {
    const method = request.method ?? 'GET'
    const header = request.headers.authorization ?? ''
    if (at.pathname === '/2/webhooks')
      return owners.some(({ bearerToken }) => header === `Bearer ${bearerToken}`)
        ? { status: 200, body: { data: x.webhooks, meta: { result_count: x.webhooks.length } } }
        : unauthorized()
    const owner = prove(method, url + (request.url ?? ''), header)
    if (typeof owner === 'string') {
      unproved.push(`${method} ${at.pathname}: ${owner}`)
      return unauthorized()
    }
    const file = world.files.get(at.pathname)
    if (file) return { status: 200, body: file.content, headers: { 'content-type': file.type } }
    if (XApi.endpointOf({ method, path: at.pathname }) === null)
      return problem(404, 'Not Found', 'There is no such endpoint')
    if (method === 'POST' && !/^application\/json/.test(request.headers['content-type'] ?? ''))
      return problem(400, 'Invalid Request', 'The body is no JSON')
    const { headers, refusal } = windows.count(endpoint)
    const json = method === 'POST' ? (JSON.parse(body.toString() || '{}') as Record<string, unknown>) : {}
    const answered =
      refusal ?? api.answer(endpoint, owner, { method, path: at.pathname, query: at.searchParams, json })
    return { ...answered, headers: { ...headers, ...answered.headers } }
  }
}

function reply(response: ServerResponse, { status, body, headers = {} }: XAnswer) {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
  response
    .writeHead(status, {
      'content-type': isRaw ? 'text/html' : 'application/json; charset=utf-8',
      ...headers
    })
    .end(isRaw ? body : JSON.stringify(body))
}
