import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountOf } from '@palabre/hub/accounts/accounts'
import { Contact } from '@palabre/hub/contacts/contact.model'
import { Conversation } from '@palabre/hub/conversations/conversation.model'
import { placeStray } from '@palabre/hub/conversations/place'
import { receiveMessage } from '@palabre/hub/conversations/receive'
import type { Hub } from '@palabre/hub/hub'
import { Interaction } from '@palabre/hub/interactions/interaction.model'
import { Message, messageFrom } from '@palabre/hub/messages/message.model'
import { Types } from 'mongoose'
import { chatAccount, openHouse, type House } from './house.ts'

let house: House
let accountId: string

beforeAll(async () => {
  house = await openHouse({ jobs: false })
  accountId = await chatAccount(house.url)
})
afterAll(() => house.stop())

const sweep = () =>
  placeStray(house.hub, new Date(Date.now() + 1000), (id) => accountOf(house.hub, id.toHexString()))

/** A message as a process stored it that was killed in the next moment. */
async function strayOf(address: string) {
  const message = messageFrom({
    _id: new Types.ObjectId(),
    accountId: new Types.ObjectId(accountId),
    externalId: `${address}:1`,
    kind: 'in',
    address,
    author: { kind: 'contact', id: null, name: 'Stray' },
    text: 'is anybody there?',
    state: 'received',
    // Chosen before, and never made.
    interactionId: new Types.ObjectId(),
    conversationId: new Types.ObjectId()
  })
  await Message.collection.insertOne(message as never)
  return message
}

/** The message is in one open interaction of one conversation of one contact. */
async function expectOneHome(address: string, texts: number) {
  const messages = await Message.find({ address }).lean()
  expect(messages).toHaveLength(texts)
  const conversations = await Conversation.find({ keys: `${accountId}:${address}` }).lean()
  expect(conversations).toHaveLength(1)
  const interactions = await Interaction.find({ conversationId: conversations[0]?._id }).lean()
  expect(interactions).toHaveLength(1)
  expect(await Contact.countDocuments({ 'points.value': address })).toBe(1)
  expect(await Contact.countDocuments({ _id: conversations[0]?.contactId })).toBe(1)
  for (const message of messages) {
    expect(String(message.interactionId)).toBe(String(interactions[0]?._id))
    expect(String(message.conversationId)).toBe(String(conversations[0]?._id))
  }
}

describe('a first message', () => {
  it('finds its home after a crash right behind it', async () => {
    await strayOf('anonymous:crash-1')
    expect(await sweep()).toBeGreaterThan(0)
    await expectOneHome('anonymous:crash-1', 1)
  })

  it('finds its home after a crash behind its conversation', async () => {
    const message = await strayOf('anonymous:crash-2')
    await Conversation.collection.insertOne({
      _id: message.conversationId,
      version: 0,
      contactId: new Types.ObjectId(),
      channel: 'chat',
      subject: null,
      keys: [`${accountId}:anonymous:crash-2`],
      mergedInto: null,
      createdAt: message.at,
      lastMessageAt: message.at
    } as never)
    await sweep()
    const interactions = await Interaction.find({ conversationId: message.conversationId }).lean()
    expect(interactions).toHaveLength(1)
    const stored = await Message.findById(message._id).lean()
    expect(String(stored?.interactionId)).toBe(String(interactions[0]?._id))
    // A second sweep changes nothing.
    await Message.updateOne({ _id: message._id }, { pendingAt: new Date() })
    await sweep()
    expect(await Interaction.countDocuments({ conversationId: message.conversationId })).toBe(1)
  })

  it('makes one of everything when several are placed by two processes at once', async () => {
    for (let round = 0; round < 15; round += 1) {
      const address = `anonymous:race-${String(round)}`
      const other = { ...house.hub } as Hub
      await Promise.all(
        [house.hub, other, house.hub, other].map((hub, i) =>
          receiveMessage(
            hub,
            accountId,
            {
              kind: 'message',
              address,
              externalId: `${address}:${String(i)}`,
              text: `line ${String(i)}`,
              name: 'Racer'
            },
            { clientId: `${address}-${String(i)}`, isFirst: true, customerOnline: true }
          )
        )
      )
      await expectOneHome(address, 4)
    }
  })
})
