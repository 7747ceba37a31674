import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerOf, errorAnswer, expiredAnswer, type GraphAnswer, type GraphMood } from './faults.ts'
import { GraphFiles } from './files.ts'
import {
  callOf,
  messageChange,
  newWamid,
  post,
  statusChange,
  type GraphNumber,
  type Sent,
  type Told
} from './webhooks.ts'

/** A message that the business has handed over. */
export interface GraphMessage {
  /** The id that Meta gave it. */
  id: string
  to: string
  type: string
  body: Record<string, unknown>
}

/** Meta's side of the WhatsApp Cloud API, for the numbers given. */
export interface Graph {
  url: string
  readonly messages: readonly GraphMessage[]
  files: GraphFiles
  /** Which requests a mood is for: all, or those whose path has this in it. */
  answer(mood: GraphMood, only?: string): void
  /** The first message, already there or still to come, that pleases; throws after `ms` milliseconds. */
  waitFor(pleases: (message: GraphMessage) => boolean, ms?: number): Promise<GraphMessage>
  /** Where calls of the webhook go. */
  hook(address: string): void
  /** A customer writes; resolves with the answer of the webhook and the message's id. */
  write(
    number: GraphNumber,
    from: string,
    sent: Sent,
    more?: Parameters<typeof messageChange>[3]
  ): Promise<Told>
  /** A message of the business goes on its way. */
  tell(number: GraphNumber, message: GraphMessage, status: string, errors?: object[]): Promise<Told>
  stop(): Promise<void>
}

export async function startGraph(numbers: GraphNumber[]): Promise<Graph> {
  const files = new GraphFiles()
  const messages: GraphMessage[] = []
  let mood: GraphMood = { kind: 'normal' }
  let moodFor = ''
  let address = ''
  let arrived = () => {}

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.destroy(error as Error)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`

  /** The fault that this request meets. */
  async function meet(path: string): Promise<GraphAnswer | null> {
    if (mood.kind === 'normal' || !path.includes(moodFor)) return null
    const met = mood
    if ('after' in met && met.after !== undefined && met.after > 0) {
      mood = { ...met, after: met.after - 1 }
      return null
    }
    if ('times' in met && met.times !== undefined) {
      mood = met.times > 1 ? { ...met, times: met.times - 1 } : { kind: 'normal' }
    }
    if (met.kind === 'slow') await sleep(met.ms)
    return answerOf(met)
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const asked = new URL(request.url ?? '/', url)
    const token = (request.headers.authorization ?? '').replace('Bearer ', '')
    const number = numbers.find(({ accessToken }) => accessToken === token)
    const late = mood.kind === 'late' && asked.pathname.includes(moodFor) ? mood.ms : 0
    const fault = await meet(asked.pathname)
    if (fault) return reply(response, fault)
    if (!number) return reply(response, expiredAnswer())
    const [, first = '', id = '', part = ''] = asked.pathname.split('/')
    if (first === 'signed-media') {
      const file = files.get(id)
      if (!file || asked.searchParams.get('hash') !== file.key)
        return reply(response, errorAnswer(404, 100, 'gone'))
      return response.writeHead(200, { 'content-type': file.type }).end(file.content)
    }
    const body = new Request(asked, {
      method: 'POST',
      headers: { 'content-type': request.headers['content-type'] ?? '' },
      body: Buffer.concat(chunks)
    })
    const answered = await answer(number, request.method ?? 'GET', asked, id, part, body)
    await sleep(late)
    return reply(response, answered)
  }

  async function answer(
    number: GraphNumber,
    method: string,
    asked: URL,
    id: string,
    part: string,
    body: Request
  ): Promise<GraphAnswer> {
    const proof = asked.searchParams.get('appsecret_proof')
    if (
      proof !== null &&
      proof !== createHmac('sha256', number.appSecret).update(number.accessToken).digest('hex')
    )
      return errorAnswer(400, 100, 'Invalid appsecret_proof provided in the API argument')
    if (id === 'debug_token')
      return ok({
        data: {
          is_valid: true,
          expires_at: number.expiresAt ? Math.floor(+number.expiresAt / 1000) : 0,
          scopes: ['whatsapp_business_messaging', 'whatsapp_business_management']
        }
      })
    if (id === number.wabaId) {
      if (part === 'phone_numbers') return ok({ data: [{ id: number.phoneNumberId }] })
      if (part === 'subscribed_apps') return ok({ data: [{ whatsapp_business_api_data: { id: '1' } }] })
      if (part === 'message_templates')
        return ok({
          data: [{ name: 'hello_world', language: 'en', status: 'APPROVED', category: 'UTILITY' }]
        })
    }
    if (id === number.phoneNumberId) {
      if (method === 'POST' && part === 'messages')
        return take((await body.json()) as Record<string, unknown>)
      if (method === 'POST' && part === 'media') {
        const file = (await body.formData()).get('file')
        if (!(file instanceof Blob)) return errorAnswer(400, 100, '(#100) The parameter file is required')
        return ok({ id: files.keep(new Uint8Array(await file.arrayBuffer()), file.type) })
      }
      return ok({
        id,
        display_phone_number: number.display,
        verified_name: 'Banque du Fleuve',
        quality_rating: 'GREEN'
      })
    }
    const file = method === 'GET' ? files.describe(id, url) : null
    return file ? ok(file) : errorAnswer(400, 100, 'Unsupported get request. Object does not exist')
  }

  function take(body: Record<string, unknown>): GraphAnswer {
    const to = String(body['to'] ?? body['recipient'] ?? '')
    const text = (body['text'] as { body?: string } | undefined)?.body
    if (body['messaging_product'] !== 'whatsapp' || to === '')
      return errorAnswer(400, 100, '(#100) Invalid parameter')
    if (text !== undefined && text.length > 4096)
      return errorAnswer(400, 100, '(#100) Param text.body must be at most 4096 characters long.')
    const message = { id: newWamid(), to, type: String(body['type']), body }
    messages.push(message)
    arrived()
    return ok({
      messaging_product: 'whatsapp',
      contacts: [{ input: to, wa_id: to }],
      messages: [{ id: message.id }]
    })
  }

  return {
    url,
    messages,
    files,
    answer(next, only = '') {
      mood = next
      moodFor = only
    },
    async waitFor(pleases, ms = 8000) {
      const until = Date.now() + ms
      for (;;) {
        const found = messages.find(pleases)
        if (found) return found
        const left = until - Date.now()
        if (left <= 0) throw new Error('No such message was handed over')
        await Promise.race([new Promise<void>((resolve) => (arrived = resolve)), sleep(Math.min(left, 200))])
      }
    },
    hook(given) {
      address = given
    },
    write: (number, from, sent, more) =>
      post(address, callOf(number, [messageChange(number, from, sent, more)]), number.appSecret),
    tell: (number, message, status, errors) =>
      post(
        address,
        callOf(number, [
          statusChange(number, {
            id: message.id,
            status,
            recipient_id: message.to,
            biz_opaque_callback_data: message.body['biz_opaque_callback_data'],
            ...(errors && { errors })
          })
        ]),
        number.appSecret
      ),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const ok = (body: object): GraphAnswer => ({ status: 200, body })

function reply(response: ServerResponse, { status, body, headers = {} }: GraphAnswer) {
  const isText = typeof body === 'string'
  response
    .writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers })
    .end(isText ? body : JSON.stringify(body))
}
