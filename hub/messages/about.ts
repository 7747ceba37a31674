import type { Types } from 'mongoose'
import type { InboundAmendment, InboundReaction, ReadUntil } from '@palabre/channels/channel'
import type { AccountDoc } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import { Conversation, threadKeyOf, type ConversationDoc } from '../conversations/conversation.model.ts'
import type { Hub } from '../hub.ts'
import { reportDelivery, tellStored } from './delivery.ts'
import { keepEarly, retryEarly, type AboutMessage } from './early.ts'
import { Message, type MessageDoc } from './message.model.ts'

/** How long a provider's answer to a message of ours may take. */
const answerMs = 5000

/** Emojis of one moment that are remembered. */
const toldKept = 10

type Outcome = 'stored' | 'repeat' | 'unknown'

/** Takes what the far side says of one message; when that message is not here yet, it is kept until it is. */
export async function receiveAbout(
  hub: Hub,
  account: AccountDoc,
  event: AboutMessage
): Promise<'stored' | 'repeat'> {
  const outcome = await tell(hub, account, event)
  return outcome === 'unknown' ? keepEarly(account._id, event) : outcome
}

/** Tries again what came before its message. Returns how many found it. */
export const settleEarly = (hub: Hub, now: Date): Promise<number> =>
  retryEarly(async (accountId, event) => {
    const account = await accountOf(hub, accountId.toHexString())
    return account !== null && (await tell(hub, account, event)) !== 'unknown'
  }, now)

function tell(hub: Hub, account: AccountDoc, event: AboutMessage): Promise<Outcome> {
  switch (event.kind) {
    case 'delivery':
      return reportDelivery(hub, account, event)
    case 'reaction':
      return takeReaction(hub, account, event)
    case 'amendment':
      return takeAmendment(hub, account, event)
  }
}

/** A message of the conversation with this customer: nobody changes what is between others. */
const theirs = (account: AccountDoc, address: string, externalId: string) => ({
  accountId: account._id,
  address,
  externalId: { $eq: externalId, $type: 'string' as const }
})

async function takeReaction(hub: Hub, account: AccountDoc, event: InboundReaction): Promise<Outcome> {
  const message = await find(theirs(account, event.address, event.on))
  if (!message) return 'unknown'
  const at = event.at ?? new Date()
  const before = message.reactions?.contact
  const isSameMoment = before !== undefined && +before.at === +at
  if (before && (before.at > at || before.emoji === event.emoji)) return 'repeat'
  if (isSameMoment && before.told?.includes(event.emoji)) return 'repeat'
  const told = isSameMoment ? [...(before.told ?? []), before.emoji].slice(-toldKept) : []
  // Taken back, it stays as an empty one: an older one that comes late must not bring it again.
  await writeAndTell(hub, message._id, {
    $set: { 'reactions.contact': { byId: null, emoji: event.emoji, at, told } }
  })
  return 'stored'
}

async function takeAmendment(hub: Hub, account: AccountDoc, event: InboundAmendment): Promise<Outcome> {
  const message = await find({ ...theirs(account, event.address, event.of), kind: 'in' })
  if (!message) return 'unknown'
  const to = event.text === null ? 'removed' : 'edited'
  const last = message.amendments?.at(-1)
  const at = event.at ?? new Date()
  // Nothing follows the taking back, and what was changed before the last change came late.
  if (last && (last.to === 'removed' || last.at > at || (to === 'edited' && message.text === event.text)))
    return 'repeat'
  const saidThen = (message.amendments ?? []).some(
    (one, i, all) => +one.at === +at && (all[i + 1]?.text ?? message.text) === event.text
  )
  if (to === 'edited' && saidThen) return 'repeat'
  await writeAndTell(hub, message._id, {
    $push: { amendments: { text: message.text, at, to } },
    // What was taken back stays readable here: it was said to us, and may have been acted on.
    ...(event.text !== null && { $set: { text: event.text, html: null, quotedFrom: null } })
  })
  return 'stored'
}

/** Marks what was written to a customer, until a moment, as read by them. */
export async function takeReadUntil(
  hub: Hub,
  account: AccountDoc,
  { address, until }: ReadUntil
): Promise<'stored' | 'repeat'> {
  const home = (await Conversation.findOne(
    { keys: { $eq: threadKeyOf(account._id, address), $type: 'string' } },
    { _id: 1 }
  ).lean()) as Pick<ConversationDoc, '_id'> | null
  if (!home) return 'repeat'
  const seen = (await Message.find({
    conversationId: home._id,
    kind: 'out',
    audience: { $ne: 'public' },
    state: { $in: ['sent', 'delivered'] },
    at: { $lte: until },
    // We know that it was taken a moment later than they could read it.
    sentAt: { $lte: new Date(until.getTime() + answerMs) }
  })
    .sort({ at: -1 })
    .limit(50)
    .lean()) as MessageDoc[]
  for (const { _id } of seen.reverse()) await writeAndTell(hub, _id, { $set: { state: 'read' } })
  return seen.length > 0 ? 'stored' : 'repeat'
}

const find = (filter: Record<string, unknown>) =>
  Message.findOne(filter as never).lean() as Promise<MessageDoc | null>

async function writeAndTell(hub: Hub, id: Types.ObjectId, update: Record<string, unknown>) {
  const written = (await Message.findByIdAndUpdate(id, update as never, {
    returnDocument: 'after'
  }).lean()) as MessageDoc | null
  if (written) await tellStored(hub, written)
}
