import { expect } from 'vitest'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message as MessageWire } from '@palabre/config/contract/message'
import { Message } from '@palabre/hub/messages/message.model'
import { says } from '../simulators/graph/customer.ts'
import { startGraph, type Graph, type GraphMessage } from '../simulators/graph/graph.ts'
import type { GraphNumber } from '../simulators/graph/webhooks.ts'
import { Person, clientId, eventually, openHouse, type Answer, type House } from './house.ts'
import { recordNamed } from './people.ts'

export const verifyToken = 'words that were agreed on'

/** A house with two numbers of one WhatsApp business, an agent who knows about their queue and one who does not. */
export interface Desk {
  house: House
  graph: Graph
  number: GraphNumber
  second: GraphNumber
  admin: Person
  awa: Person
  /** Who gets what is written to the numbers. */
  boris: Person
  accountId: string
  secondId: string
  /** The webhook that Meta was given. */
  hook: string
  settingsOf(one: GraphNumber): Record<string, string>
  messagesOf(work: Pick<Interaction, 'conversationId'>): Promise<MessageWire[]>
  messageOf(work: Interaction, id: string): Promise<MessageWire | undefined>
  /** A new customer's matter, in the hands of the agent. */
  matter(words: string, from?: string): Promise<Interaction>
  answer(work: Interaction, text: string, more?: object): Promise<MessageWire>
  handedOver(text: string): Promise<GraphMessage>
  untilState(work: Interaction, id: string, state: string): Promise<MessageWire>
  /** Lets the time until the next attempt pass at once. */
  tryAgain(id: string): Promise<void>
  healthOf(id?: string): Promise<Answer['body']>
  /** The far side is well again, and the agent has nothing in hand: what failed before hinders nothing after it. */
  clear(): Promise<void>
  stop(): Promise<void>
}

let people = 0
/** Somebody who has not written before. */
export const stranger = () => `22177${String(5_000_000 + ++people)}`

export async function openDesk(): Promise<Desk> {
  const number: GraphNumber = {
    phoneNumberId: '106540352242922',
    wabaId: '102290129340398',
    display: '221338890000',
    accessToken: 'access-of-the-first-number',
    appSecret: 'secret of the app 0123456789'
  }
  const second: GraphNumber = { ...number, phoneNumberId: '206540352242922', display: '221338890001' }
  const house = await openHouse()
  const graph = await startGraph([number, second])
  const [admin, awa, boris] = await Promise.all(
    (['admin', 'awa', 'boris'] as const).map((name) => Person.signIn(house.url, name))
  )
  if (!admin || !awa || !boris) throw new Error('Nobody is there')
  const settingsOf = ({ phoneNumberId, wabaId, accessToken, appSecret }: GraphNumber) => ({
    phoneNumberId,
    wabaId,
    accessToken,
    appSecret,
    verifyToken,
    graphUrl: graph.url
  })
  const queueId = (await recordNamed(admin, '/api/queues', 'Loans')).id
  const connect = async (one: GraphNumber) => {
    const { status, body } = await admin.post('/api/accounts', {
      channel: 'whatsapp',
      name: `WhatsApp ${one.display}`,
      queueId,
      settings: settingsOf(one)
    })
    if (status !== 200) throw new Error(JSON.stringify(body))
    return body.id as string
  }
  const accountId = await connect(number)
  const secondId = await connect(second)
  const hook = `${house.url}/hooks/${accountId}`
  graph.hook(hook)
  await awa.atDesk()
  await boris.atDesk()

  const messagesOf = async ({ conversationId }: Pick<Interaction, 'conversationId'>) =>
    (await boris.get(`/api/conversations/${conversationId}/messages`)).body.items as MessageWire[]
  const messageOf = async (work: Interaction, id: string) =>
    (await messagesOf(work)).find((message) => message.id === id)
  return {
    house,
    graph,
    number,
    second,
    admin,
    awa,
    boris,
    accountId,
    secondId,
    hook,
    settingsOf,
    messagesOf,
    messageOf,
    async matter(words, from = stranger()) {
      expect((await graph.write(number, from, says(words))).status).toBe(200)
      return boris.accept(await boris.offer(words))
    },
    async answer(work, text, more = {}) {
      const { status, body } = await boris.post(`/api/interactions/${work.id}/messages`, {
        clientId: clientId(),
        text,
        ...more
      })
      expect(status, JSON.stringify(body)).toBe(200)
      return body as MessageWire
    },
    handedOver: (text) =>
      graph.waitFor(({ body }) => (body['text'] as { body?: string } | undefined)?.body === text),
    untilState: (work, id, state) =>
      eventually(`the message to be ${state}`, async () => {
        const message = await messageOf(work, id)
        return message?.state === state ? message : null
      }),
    async tryAgain(id) {
      await Message.updateOne({ _id: id }, { sendAt: new Date(Date.now() - 1) })
      house.hub.schedule('message.send', { messageId: id }, { key: `${id}-${clientId()}` })
    },
    healthOf: async (id = accountId) =>
      ((await admin.get('/api/accounts')).body.items as Answer['body'][]).find((one) => one.id === id).health,
    async clear() {
      graph.answer({ kind: 'normal' })
      const { items } = (await boris.get('/api/inbox')).body as { items: Interaction[] }
      for (const item of items) {
        if (item.state === 'offered') await boris.accept(item)
        await boris.close(item.id)
      }
    },
    async stop() {
      await graph.stop()
      await house.stop()
    }
  }
}
