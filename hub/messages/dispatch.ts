import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ChannelError, type Channel, type OutboundMessage } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import { openAccount } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import { noteDeparture, noteUp, setHealth } from '../accounts/health.ts'
import { takeOut } from '../attachments/check.ts'
import type { Hub } from '../hub.ts'
import { reachOf, type Reach } from './holder.ts'
import { Message, type MessageDoc } from './message.model.ts'
import { setDelivery, tellStored } from './delivery.ts'
import { lastHeard, windowShut } from './window.ts'

/** How long one attempt may take before another worker may try. */
const claimMs = 120_000
const attemptsAllowed = 12
const references = 50
/** How soon a message asks again whether it is its turn. */
const turnMs = 250

/** When the next attempt is made: 15 s, 30 s, 1 min … one hour at most, about a day in all. */
const pauseAfter = (attempt: number) => Math.min(3_600_000, 15_000 * 2 ** (attempt - 1))

/** Takes the message for this worker; null when it is not due, gone, or in another's hands. */
async function claim(id: string, now: Date, { whose }: Reach): Promise<MessageDoc | null> {
  return (await Message.findOneAndUpdate(
    {
      _id: id,
      ...whose,
      sendAt: { $lte: now },
      $or: [{ state: { $in: ['queued', 'scheduled'] } }, { state: 'sending', 'claim.until': { $lt: now } }]
    },
    {
      $set: { state: 'sending', claim: { by: randomUUID(), until: new Date(now.getTime() + claimMs) } },
      $inc: { attempts: 1 }
    },
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
}

/**
 * Is an earlier message to the same customer on its way? Several are handed over side by side, and a customer reads them
 * in the order in which they arrive. One that waits to be tried again holds nobody up.
 */
async function isBehind(id: string, now: Date): Promise<boolean> {
  const own = (await Message.findById(id, { conversationId: 1, at: 1 }).lean()) as Pick<
    MessageDoc,
    '_id' | 'conversationId' | 'at'
  > | null
  if (!own?.conversationId) return false
  const earlier = await Message.exists({
    conversationId: own.conversationId,
    kind: 'out',
    sendAt: { $lte: now, $type: 'date' },
    state: { $in: ['queued', 'scheduled', 'sending'] },
    $or: [{ at: { $lt: own.at } }, { at: own.at, _id: { $lt: own._id } }]
  })
  return earlier !== null
}

/** External ids of the conversation's earlier messages, oldest first. */
async function threadOf(message: MessageDoc): Promise<string[]> {
  const earlier = (await Message.find(
    {
      conversationId: message.conversationId,
      externalId: { $type: 'string' },
      kind: { $in: ['in', 'out'] },
      at: { $lt: message.at }
    },
    { externalId: 1 }
  )
    .sort({ at: -1, _id: -1 })
    .limit(references)
    .lean()) as Pick<MessageDoc, 'externalId'>[]
  return earlier.map(({ externalId }) => externalId ?? '').reverse()
}

/** What the platform calls the message that is answered. */
async function answeredBy({ answersId }: MessageDoc): Promise<Pick<OutboundMessage, 'answers'>> {
  if (!answersId) return {}
  const answered = (await Message.findById(answersId, { externalId: 1 }).lean()) as Pick<
    MessageDoc,
    'externalId'
  > | null
  return answered?.externalId === undefined ? {} : { answers: answered.externalId }
}

async function outboundOf(hub: Hub, message: MessageDoc, channel: Channel): Promise<OutboundMessage> {
  const heardAt = channel.abilities.window ? await lastHeard(message) : null
  const attachments = []
  for (const { id, name, type, contentId } of message.attachments)
    attachments.push({
      name,
      type,
      content: await takeOut(hub, id),
      ...(contentId && { contentId })
    })
  return {
    id: message._id.toHexString(),
    address: message.address,
    fromName: message.author.name,
    text: message.text,
    ...(message.html !== null && { html: message.html }),
    ...(message.subject !== null && { subject: message.subject }),
    to: message.to,
    cc: message.cc,
    bcc: message.bcc,
    attachments,
    references: await threadOf(message),
    ...(await answeredBy(message)),
    ...(message.choices && { choices: message.choices }),
    ...(message.template && { template: message.template }),
    ...(message.audience && { audience: message.audience }),
    ...(heardAt && { heardAt }),
    automatic: message.automatic !== null
  }
}

/**
 * Hands one due message to its channel. Safe to run twice at once: only the holder of the claim writes the outcome, and
 * a message in another's hands is left alone. After a crash in the middle it is sent again with the same id, so that
 * the far side can tell a repeat. Messages of an account whose connection one process holds (`heldId` there) are handed
 * to it. Returns when to come back, or null when there is nothing left to do.
 */
export async function dispatchMessage(hub: Hub, id: string, heldId?: string): Promise<Date | null> {
  const now = new Date()
  if (await isBehind(id, now)) return new Date(now.getTime() + turnMs)
  const reach = await reachOf(hub, heldId)
  const message = await claim(id, now, reach)
  if (!message) {
    await reach.passOn('message.send', id, { kind: 'out', sendAt: { $lte: now, $type: 'date' } })
    return null
  }
  await tellStored(hub, message)
  const mine = { _id: message._id, 'claim.by': message.claim?.by }
  const account = await accountOf(hub, message.accountId.toHexString())
  if (!account || account.archived) {
    await fail(hub, mine, 'The channel account is gone')
    return null
  }
  const channel = channelNamed(account.channel)
  let taken: Awaited<ReturnType<NonNullable<typeof channel.send>>>
  try {
    if (!channel.send) throw new ChannelError('refused', 'This channel does not send')
    const by = message.automatic === null ? 'agent' : 'hub'
    const isFree = message.template !== undefined || message.audience !== undefined
    const shut = isFree ? null : await windowShut(channel, message, { by })
    if (shut) throw new ChannelError('refused', shut)
    taken = await channel.send(await outboundOf(hub, message, channel), openAccount(hub, account))
  } catch (error) {
    return afterFailure(hub, message, mine, account, error)
  }
  const { externalId, refused = [] } = taken
  const failure =
    refused.length === 0
      ? null
      : { reason: refused.map(({ address, reason }) => `${address}: ${reason}`).join('; '), temporary: true }
  const note = { externalId, claim: null, sendAt: null, failure, sentAt: new Date() }
  await whileClaimed(message, async () => {
    // What the far side told sooner than it answered stays; the rest of the note is missing still.
    if (!(await setDelivery(hub, mine, 'sent', note)))
      await Message.updateOne(mine, {
        $set: { externalId, claim: null, sendAt: null, sentAt: note.sentAt, ...(failure && { failure }) }
      })
  })
  noteDeparture(hub, account)
  // Who listens says by itself how the connection fares.
  if (!channel.listen) await noteUp(hub, account)
  return null
}

/** Writes for as long as the claim lasts: the far side has the message, and losing the note would send it again. */
async function whileClaimed(message: MessageDoc, write: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      return void (await write())
    } catch (error) {
      if (!message.claim || message.claim.until < new Date()) throw error
      await sleep(500)
    }
  }
}

const fail = (hub: Hub, mine: Record<string, unknown>, reason: string) =>
  setDelivery(hub, mine, 'failed', { failure: { reason, temporary: false }, claim: null, sendAt: null })

async function afterFailure(
  hub: Hub,
  message: MessageDoc,
  mine: Record<string, unknown>,
  account: Parameters<typeof setHealth>[1],
  error: unknown
): Promise<Date | null> {
  const channelError = error instanceof ChannelError ? error : null
  if (!channelError) hub.log.error({ err: error, messageId: message._id }, 'sending failed unexpectedly')
  if (channelError?.reason === 'unauthorized') await setHealth(hub, account, 'refused', channelError.message)
  const final = channelError?.reason === 'refused' || message.attempts >= attemptsAllowed
  const reason = channelError?.message ?? 'Something went wrong on our side'
  if (final) {
    await fail(hub, mine, reason)
    noteDeparture(hub, account, true)
    return null
  }
  const next = new Date(Date.now() + (channelError?.retryAfterMs ?? pauseAfter(message.attempts)))
  const waiting = (await Message.findOneAndUpdate(
    mine,
    { $set: { state: 'queued', sendAt: next, claim: null, failure: { reason, temporary: true } } },
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
  if (waiting) await tellStored(hub, waiting)
  return waiting ? next : null
}
