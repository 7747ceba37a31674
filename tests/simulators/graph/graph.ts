import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { readAsked, type GraphAsked, type GraphProduct } from './asked.ts'
import { expiredAnswer, moodiness, type GraphAnswer, type GraphMood } from './faults.ts'
import { GraphFiles } from './files.ts'
import { personalFaults } from './personal-faults.ts'
import { GraphTemplates, type GraphTemplate } from './templates.ts'
import { handedOver, whatsappProduct, type GraphMessage } from './whatsapp.ts'
import {
  callOf,
  messageChange,
  post,
  statusChange,
  templateChange,
  type GraphNumber,
  type Sent,
  type Told
} from './webhooks.ts'

export type { GraphMessage } from './whatsapp.ts'

/** Meta's side of the Graph API, for the numbers given and for what other products add. */
export interface Graph {
  url: string
  /** What the business has handed over to WhatsApp, reactions among them. */
  readonly messages: readonly GraphMessage[]
  /** Ids of customers' messages that the business has marked as read. */
  readonly reads: readonly string[]
  files: GraphFiles
  templates: GraphTemplates
  /** Which requests a mood is for: all, or those whose path has this in it. */
  answer(mood: GraphMood, only?: string): void
  /** Messages to one customer are refused with a code, so many times. */
  refuse(to: string, code: number, times?: number): void
  /** The first message, already there or still to come, that pleases; throws after `ms` milliseconds. */
  waitFor(pleases: (message: GraphMessage) => boolean, ms?: number): Promise<GraphMessage>
  /** Where calls of the webhook go. */
  hook(address: string): void
  /** A customer writes (or does what customer.ts makes); resolves with the answer of the webhook. */
  write(
    number: GraphNumber,
    from: string,
    sent: Sent,
    more?: Parameters<typeof messageChange>[3]
  ): Promise<Told>
  /** A message of the business goes on its way. */
  tell(number: GraphNumber, message: GraphMessage, status: string, errors?: object[]): Promise<Told>
  /** A template gets another state, and the webhook is told. */
  judge(
    number: GraphNumber,
    template: GraphTemplate,
    change: Partial<Pick<GraphTemplate, 'status' | 'rejected_reason'>>
  ): Promise<Told>
  stop(): Promise<void>
}

export async function startGraph(numbers: GraphNumber[], others: GraphProduct[] = []): Promise<Graph> {
  const files = new GraphFiles()
  const templates = new GraphTemplates()
  const handed = handedOver()
  const personal = personalFaults()
  const products = [...others, whatsappProduct({ numbers, files, templates, handed, personal })]
  const moods = moodiness()
  let address = ''

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.destroy(error as Error)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const asked = await readAsked(request, url)
    const { fault, lateMs } = await moods.meet(asked.url.pathname)
    const answer = fault ?? (await answerOf(asked))
    await sleep(lateMs)
    reply(response, answer)
  }

  async function answerOf(asked: GraphAsked): Promise<GraphAnswer> {
    for (const product of products) {
      const answer = await product(asked)
      if (answer) return answer
    }
    return expiredAnswer()
  }

  return {
    url,
    messages: handed.messages,
    reads: handed.reads,
    files,
    templates,
    answer: moods.set,
    refuse: personal.set,
    waitFor: handed.waitFor,
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
    judge(number, template, change) {
      templates.change(template.id, change)
      return post(address, callOf(number, [templateChange(template)]), number.appSecret)
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

function reply(response: ServerResponse, { status, body, headers = {} }: GraphAnswer) {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
  response
    .writeHead(status, { 'content-type': isRaw ? 'text/html' : 'application/json', ...headers })
    .end(isRaw ? body : JSON.stringify(body))
}
