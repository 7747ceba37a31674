import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Jambonz } from '../jambonz.ts'
import { isFields, type Fields } from '../frame.ts'
import { updateCall } from './update-call.ts'

export interface Rest {
  url: string
  close: () => Promise<void>
}

export interface Answer {
  status: number
  body?: unknown
}

const speech = [
  'speech_synthesis_vendor',
  'speech_synthesis_language',
  'speech_synthesis_voice',
  'speech_recognizer_vendor',
  'speech_recognizer_language'
]

/** jambonz's own REST API, as far as an application needs it while calls run. */
export async function startRest(jambonz: Jambonz): Promise<Rest> {
  const { apiKey, accountSid, restPort } = jambonz.options
  const root = `/v1/Accounts/${accountSid}`

  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => send(response, 500, { msg: String(error) })
    )
  })

  async function answer(request: IncomingMessage): Promise<Answer> {
    if (request.headers.authorization !== `Bearer ${apiKey}`) return { status: 401 }
    const path = new URL(request.url ?? '/', 'http://rest').pathname
    if (!path.startsWith(root)) return { status: 403, body: { msg: 'insufficient privileges' } }
    const [noun = '', sid] = path.slice(root.length + 1).split('/')
    if (noun === 'Calls' && sid !== undefined) return one(request, sid)
    if (noun === 'Calls' && request.method === 'POST') return create(await read(request))
    return request.method === 'GET' ? list(noun) : { status: 404 }
  }

  function create(body: Fields): Answer {
    const told = body['application_sid'] !== undefined || speech.every((name) => body[name] !== undefined)
    if (!told) return bad(`application_sid, or all of ${speech.join(', ')}`)
    const leg = jambonz.create(body)
    return leg
      ? { status: 201, body: { sid: leg.info.callSid, callId: leg.info.callId } }
      : bad('from, to and a hook')
  }

  async function one(request: IncomingMessage, sid: string): Promise<Answer> {
    const found = [...jambonz.sessions.values()].find(
      ({ leg, dial }) => leg.info.callSid === sid || dial?.legs.some(({ info }) => info.callSid === sid)
    )
    if (!found || found.leg.ended) return { status: 404 }
    if (request.method === 'GET') {
      const leg = found.dial?.legs.find(({ info }) => info.callSid === sid) ?? found.leg
      return { status: 200, body: leg.info.toJson() }
    }
    if (request.method === 'DELETE') return updateCall(found, sid, { call_status: 'completed' }, 204)
    if (request.method === 'PUT' || request.method === 'POST')
      return updateCall(found, sid, await read(request), 202)
    return { status: 405 }
  }

  function list(noun: string): Answer {
    const legs = [...jambonz.sessions.values()]
      .flatMap(({ leg, dial }) => [leg, ...(dial?.legs ?? [])])
      .filter(({ ended }) => !ended)
    const inbound = legs.filter(({ info }) => info.kind === 'inbound').length
    const lists: Record<string, unknown> = {
      Calls: legs.map(({ info }) => info.toJson()),
      CallCount: { inbound, outbound: legs.length - inbound },
      Queues: jambonz.queues.lengths(),
      Conferences: jambonz.rooms.started().map(({ name }) => name),
      RegisteredSipUsers: jambonz.registrar.users
    }
    return noun in lists ? { status: 200, body: lists[noun] } : { status: 404 }
  }

  await new Promise<void>((resolve) => server.listen(restPort, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const bad = (needs: string): Answer => ({ status: 400, body: { msg: `A call needs ${needs}` } })

async function read(request: IncomingMessage): Promise<Fields> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body: unknown = JSON.parse(Buffer.concat(parts).toString('utf8') || '{}')
  return isFields(body) ? body : {}
}

function send(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}
