import { ChannelError } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import { openAccount } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import { setHealth } from '../accounts/health.ts'
import type { Hub } from '../hub.ts'
import { findMessage } from './undo.ts'
import { holds } from '../interactions/transfer.ts'
import { refuse } from '../refuse.ts'
import type { Who } from '../sessions/who.ts'
import { tellStored } from './delivery.ts'
import { reachOf } from './holder.ts'
import { Message, type MessageDoc } from './message.model.ts'

/** How long one attempt may take before another worker may try. */
const claimMs = 60_000
/** What is shown beside messages is worth a few attempts, not a day of them. */
const attemptsAllowed = 6

const pauseAfter = (attempt: number) => Math.min(300_000, 5000 * 2 ** (attempt - 1))

/** Sets what the provider is to be told of a message, and has it told. */
async function setErrand(hub: Hub, message: MessageDoc, set: Record<string, unknown>): Promise<MessageDoc> {
  const now = new Date()
  const written = (await Message.findByIdAndUpdate(
    message._id,
    { $set: { ...set, errandAt: now, errandAttempts: 0 } },
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
  const messageId = message._id.toHexString()
  hub.schedule('message.errand', { messageId }, { key: `${messageId}-${String(+now)}` })
  return written ?? message
}

/** The customer is to see that they were read up to this message. Without effect where the channel cannot say so. */
export async function showAsRead(hub: Hub, channel: string, message: MessageDoc): Promise<void> {
  if (channelNamed(channel).markRead && message.externalId !== undefined)
    await setErrand(hub, message, { 'errands.read': true })
}

/** Puts the agent's emoji on a customer's message. Refuses `not-yours`, `not-deliverable`. */
export async function reactTo(hub: Hub, who: Who, id: string, emoji: string): Promise<MessageDoc> {
  const { message, interaction } = await findMessage(hub, who, id)
  if (!holds(interaction, who)) return refuse('not-yours')
  const channel = channelNamed(interaction.channel)
  if (!channel.react || message.kind !== 'in' || message.externalId === undefined)
    return refuse('not-deliverable', 'This channel carries no reactions')
  const byId = who.agentId?.toHexString() ?? null
  const written = await setErrand(hub, message, {
    'reactions.agent': { byId, emoji, at: new Date() },
    'errands.react': emoji
  })
  await tellStored(hub, written)
  return written
}

/**
 * Tells the provider what is still to be told of a message. Returns when to come back, or null when there is nothing
 * left to do: after some attempts it is let go, because nothing hangs on it. Those of an account whose connection one
 * process holds (`heldId` there) are handed to it.
 */
export async function runErrands(hub: Hub, id: string, heldId?: string): Promise<Date | null> {
  const now = new Date()
  const reach = await reachOf(hub, heldId)
  const due = { errandAt: { $lte: now, $type: 'date' as const } }
  const message = (await Message.findOneAndUpdate(
    { _id: id, ...reach.whose, ...due },
    { $set: { errandAt: new Date(now.getTime() + claimMs) }, $inc: { errandAttempts: 1 } },
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
  if (!message) {
    await reach.passOn('message.errand', id, due)
    return null
  }
  const failure = await tell(hub, message)
  const attempts = message.errandAttempts ?? 1
  const isOver = failure === null || failure.reason === 'refused' || attempts >= attemptsAllowed
  if (failure && isOver) hub.log.warn({ err: failure, messageId: id }, 'a provider was not told of a message')
  const next = isOver ? null : new Date(Date.now() + (failure.retryAfterMs ?? pauseAfter(attempts)))
  // Whoever has set another errand in the meantime has set its time anew, and it stays.
  await Message.updateOne(
    { _id: message._id, errandAt: message.errandAt },
    { $set: { errandAt: next }, ...(isOver && { $unset: { errands: '' } }) }
  )
  if (failure && isOver && message.errands?.react !== undefined) await takeBack(hub, message)
  return next
}

/** The customer never saw our emoji, so nobody shall believe that they did. */
async function takeBack(hub: Hub, { _id, errands }: MessageDoc) {
  const written = (await Message.findOneAndUpdate(
    { _id, 'reactions.agent.emoji': errands?.react },
    { $set: { 'reactions.agent.emoji': '' } },
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
  if (written) await tellStored(hub, written)
}

async function tell(hub: Hub, message: MessageDoc): Promise<ChannelError | null> {
  const { address, externalId, errands } = message
  const account = await accountOf(hub, message.accountId.toHexString())
  if (!account || account.archived || externalId === undefined) return null
  const { markRead, react } = channelNamed(account.channel)
  try {
    const open = openAccount(hub, account)
    if (errands?.read) await markRead?.({ address, externalId }, open)
    if (errands?.react !== undefined) await react?.({ address, on: externalId, emoji: errands.react }, open)
    return null
  } catch (error) {
    if (!(error instanceof ChannelError)) {
      hub.log.error({ err: error, messageId: message._id }, 'telling a provider failed unexpectedly')
      return new ChannelError('unreachable', 'Something went wrong on our side', { cause: error })
    }
    if (error.reason === 'unauthorized') await setHealth(hub, account, 'refused', error.message)
    return error
  }
}
