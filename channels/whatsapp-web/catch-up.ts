import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { WhatsappClient } from './client.ts'
import type { Intake } from './intake.ts'
import { limits } from './limits.ts'
import type { Position } from './position.ts'
import { isPrivate, numberOf } from './raw.ts'
import { within } from './within.ts'

const Chats = Type.Array(Type.Object({ id: Type.String(), t: Type.Number() }))

/** Takes what came while nobody listened: of all private chats what is not older than the position. */
export async function catchUp(client: WhatsappClient, intake: Intake, position: Position): Promise<void> {
  const since = position.since
  for (const chatId of await chatsSince(client, since)) {
    for (const message of await messagesSince(client, chatId, since)) {
      if (message.fromMe) {
        // What was told meanwhile of ours; that it was sent is known.
        if (message.ack !== 1) intake.takeAck(message, message.ack)
      } else intake.take(message)
    }
  }
}

/** Asked of the page itself: the library reads every group's members with its chats. */
async function chatsSince(client: WhatsappClient, since: number): Promise<string[]> {
  const chats: unknown = await within(
    limits.askMs,
    'Looking through the chats',
    client.pupPage?.evaluate(
      `window.require('WAWebCollections').Chat.getModelsArray()
        .filter((chat) => chat.t >= ${String(since)})
        .map((chat) => ({ id: chat.id._serialized, t: chat.t }))`
    ) ?? Promise.resolve([])
  )
  if (!Value.Check(Chats, chats))
    throw new Error('WhatsApp’s page lists its chats in a form that is not known.')
  return chats
    .filter(({ id }) => isPrivate(id))
    .sort((a, b) => b.t - a.t)
    .slice(0, limits.chats)
    .map(({ id }) => id)
    .reverse()
}

async function messagesSince(client: WhatsappClient, chatId: string, since: number) {
  const chat = await within(limits.askMs, 'Opening a chat', client.getChatById(chatId))
  if (!chat) return []
  for (let limit = 50; ; limit = Math.min(limits.messagesPerChat, limit * 4)) {
    const found = await within(limits.mediaMs, 'Looking through a chat', chat.fetchMessages({ limit }))
    const sorted = found.sort((a, b) => a.timestamp - b.timestamp)
    const reachesBack = (numberOf(sorted[0]?.timestamp) ?? 0) < since
    if (reachesBack || sorted.length < limit || limit === limits.messagesPerChat)
      return sorted.filter(({ timestamp }) => timestamp >= since)
  }
}
