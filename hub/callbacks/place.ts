import type { Types } from 'mongoose'
import { accountOf } from '../accounts/accounts.ts'
import { receiveMessage } from '../conversations/receive.ts'
import type { Hub } from '../hub.ts'
import { callOff } from '../interactions/call-off.ts'
import { Message } from '../messages/message.model.ts'
import { Callback, type CallbackDoc } from './callback.model.ts'
import { found } from '../refuse.ts'
import { writeCallback } from './write.ts'

/** Whoever it is kept for has this long, where no slot says how long. */
const keptForMs = 15 * 60_000

/** Has it given to its queue at its time; the sweep does it when this is lost. */
export function dueSoon(hub: Hub, { _id, version, nextAt }: CallbackDoc): void {
  if (!nextAt) return
  const callbackId = _id.toHexString()
  hub.schedule('callback.due', { callbackId }, { key: `${callbackId}-${String(version)}`, at: nextAt })
}

/**
 * Gives a callback whose time has come to its queue, as an interaction. It is made once, whoever tries again: its first
 * message is named by the callback and how often it was given before. Without effect before the time.
 */
export async function placeCallback(hub: Hub, id: Types.ObjectId | string): Promise<CallbackDoc> {
  const doc = found((await Callback.findById(id).lean()) as CallbackDoc | null)
  const now = new Date()
  if (doc.state !== 'scheduled' || !doc.nextAt || doc.nextAt > now) return doc
  const account = await accountOf(hub, doc.accountId.toHexString())
  // Of a line that is out of use nobody is called; it waits until it is in use again.
  if (!account || account.archived || account.paused) return doc
  const place = await interactionFor(hub, doc, now)
  const { doc: placed, changed } = await writeCallback(
    hub,
    doc._id,
    (newest) =>
      newest.state === 'scheduled' && newest.round === doc.round
        ? {
            set: { state: 'queued', nextAt: null, ...place },
            entries: [{ name: 'queued', figures: { interactionId: place.interactionId.toHexString() } }]
          }
        : null,
    doc
  )
  // Cancelled at this very moment.
  if (!changed && placed.state !== 'queued') await callOff(hub, place.interactionId, { isGivenUp: false })
  return placed
}

async function interactionFor(hub: Hub, doc: CallbackDoc, now: Date) {
  const externalId = `callback:${doc._id.toHexString()}:${String(doc.round)}`
  const stored =
    (await receiveMessage(
      hub,
      doc.accountId.toHexString(),
      {
        kind: 'message',
        address: doc.number,
        externalId,
        text: doc.reason,
        ...(doc.name !== '' && { name: doc.name })
      },
      {
        customerOnline: false,
        into: {
          queueId: doc.queueId.toHexString(),
          requirements: doc.requirements,
          priority: doc.priority,
          callback: {
            id: doc._id,
            number: doc.number,
            askedAt: doc.createdAt,
            attempts: doc.attempts.length,
            lastCause: doc.attempts.at(-1)?.cause ?? null,
            slot: doc.slot
          },
          ...(doc.agentId && {
            keptFor: {
              agentId: doc.agentId,
              until: doc.slot && doc.slot.to > now ? doc.slot.to : new Date(now.getTime() + keptForMs)
            }
          })
        }
      }
    )) ??
    (await Message.findOne(
      { accountId: doc.accountId, externalId: { $eq: externalId, $type: 'string' } },
      { interactionId: 1, conversationId: 1 }
    ).lean())
  if (!stored?.interactionId || !stored.conversationId)
    throw new Error(`Callback ${doc._id.toHexString()} has no interaction yet`)
  return { interactionId: stored.interactionId, conversationId: stored.conversationId }
}
