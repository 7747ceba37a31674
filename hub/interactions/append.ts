import { Types } from 'mongoose'
import { channelNamed } from '@palabre/channels/registry'
import type { Placing } from '../conversations/arrival.ts'
import { previewOf } from '../messages/preview.ts'
import { windowAfter } from '../messages/window.ts'
import { relayGraceMs } from '../record/change.ts'
import { updateEach } from '../record/update-each.ts'
import { Interaction, type InteractionDoc } from './interaction.model.ts'

/** A crash leaves what came in a few seconds; so many of one customer do not come in that time. */
const idsKept = 40

/** What a group of messages of one interaction changes in it. Automatic mail wakes nobody. */
function appendOf(messages: Placing[], now: Date): Record<string, unknown> {
  const last = messages[messages.length - 1]!
  const theirs = messages.filter(({ event }) => !event.automatic)
  const written = theirs.length
  const newest = theirs[written - 1]
  const windowUntil = newest && windowAfter(channelNamed(newest.account.channel), newest.message)
  return {
    $set: {
      preview: previewOf(last.event.text, [...last.attachments, ...(last.event.media ?? [])]),
      previewKind: 'in',
      updatedAt: now,
      relayAt: new Date(now.getTime() + relayGraceMs),
      ...(written > 0 && { waitingFor: 'agent', snoozedUntil: null }),
      ...(last.customerOnline !== null && { customerOnline: last.customerOnline })
    },
    $max: {
      lastMessageAt: last.message.at,
      lastInAt: last.message.at,
      ...(windowUntil && { windowUntil })
    },
    $push: { lastInIds: { $each: messages.map(({ message }) => message._id), $slice: -idsKept } },
    $inc: { version: 1, unread: written }
  }
}

/**
 * Does the interaction know of the message? It may have been closed since; the message is in it nevertheless. Of what is
 * older than the ids that it keeps, the time tells.
 */
export function knowsOf({ lastInAt, lastInIds }: InteractionDoc, { message }: Placing): boolean {
  if (lastInIds?.some((id) => id.equals(message._id))) return true
  const keepsAll = lastInIds !== undefined && lastInIds.length < idsKept
  return !keepsAll && lastInAt !== undefined && lastInAt >= message.at
}

/**
 * Appends placed messages to their interactions, if those are still open under the same key, and reads them back:
 * those that have their messages, whether from here or from a sweep that came before.
 */
export async function appendToInteractions(
  placings: { placing: Placing; interactionId: Types.ObjectId }[]
): Promise<Map<string, InteractionDoc>> {
  if (placings.length === 0) return new Map()
  const byInteraction = new Map<string, Placing[]>()
  for (const { placing, interactionId } of placings) {
    const id = interactionId.toHexString()
    const list = byInteraction.get(id)
    if (list) list.push(placing)
    else byInteraction.set(id, [placing])
  }
  const now = new Date()
  const docs = await updateEach(
    Interaction,
    [...byInteraction].map(([id, messages]) => ({
      _id: new Types.ObjectId(id),
      // A sweep may have been faster than this process, which stood still.
      only: {
        openKey: { $type: 'string' },
        lastInIds: { $nin: messages.map(({ message }) => message._id) }
      },
      update: appendOf(messages, now)
    }))
  )
  const has = (id: string, doc: InteractionDoc) =>
    doc.openKey !== undefined || byInteraction.get(id)!.every((placing) => knowsOf(doc, placing))
  return new Map([...docs].filter(([id, doc]) => has(id, doc)))
}
