import { afterAll, beforeAll, beforeEach } from 'vitest'
import { startGraph, type Graph } from './graph.ts'
import { callOf, messageChange, metaJson, signatureOf, type GraphNumber, type Sent } from './webhooks.ts'
import type { OutboundMessage, WebhookRequest } from '@palabre/channels/channel'
import type { WhatsappAccount, WhatsappSettings } from '../../../channels/whatsapp/settings.ts'
import { whatsappAccount } from '../../../channels/whatsapp/fixtures/account.ts'

const { phoneNumberId, wabaId, accessToken, appSecret } = whatsappAccount().settings
/** The number of the account, as Meta knows it. */
export const number: GraphNumber = { phoneNumberId, wabaId, accessToken, appSecret, display: '15550783881' }

/** Meta's side for the tests of a file, in a good mood at the beginning of each. */
export function farSide(): {
  graph(): Graph
  account(settings?: Partial<WhatsappSettings>): WhatsappAccount
} {
  let graph: Graph
  beforeAll(async () => {
    graph = await startGraph([number])
  })
  beforeEach(() => graph.answer({ kind: 'normal' }))
  afterAll(() => graph.stop())
  return {
    graph: () => graph,
    account: (settings = {}) => whatsappAccount({ graphUrl: graph.url, ...settings })
  }
}

export const signed = (call: unknown, secret = appSecret): WebhookRequest => {
  const body = metaJson(call)
  return {
    headers: { 'x-hub-signature-256': signatureOf(body, secret) },
    query: {},
    rawBody: Buffer.from(body)
  }
}

/** A call with one message of a customer. */
export const written = (sent: Sent, more?: Parameters<typeof messageChange>[3]) =>
  signed(callOf(number, [messageChange(number, '16505551234', sent, more)]))

export const outbound = (given: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: 'abcdef0123456789abcdef01',
  address: '16505551234',
  fromName: 'Awa',
  text: 'Hello',
  attachments: [],
  references: [],
  ...given
})

export const file = (name: string, type: string, bytes = 10) => ({
  name,
  type,
  content: Buffer.alloc(bytes, 1)
})
