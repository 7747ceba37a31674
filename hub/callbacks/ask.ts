import { Types } from 'mongoose'
import { channelNamed } from '@palabre/channels/registry'
import type { CallbackSource } from '@palabre/config/contract/callback'
import type { Requirement } from '@palabre/config/contract/routing'
import type { Queue } from '@palabre/config/contract/setting'
import { checkNumber } from '../calls/check-number.ts'
import type { VoiceDoor } from '../calls/door.ts'
import { contactAt } from '../contacts/find.ts'
import type { Actor, Hub } from '../hub.ts'
import { linesAfter } from '../record/logged.ts'
import { refuse } from '../refuse.ts'
import { Callback, callbackTold, openKeyOf, type CallbackDoc, type ConsentProof } from './callback.model.ts'
import { doorFor, queueFor, slotsOf, type OpenSlot } from './offer.ts'
import { dueSoon, placeCallback } from './place.ts'
import { leaveSlot, takeSlot } from './slot.model.ts'

/** What somebody asks for. Without slot and moment: as soon as an agent is free. */
export interface Asked {
  source: CallbackSource
  queueId: string
  /** As typed. */
  number: string
  name: string
  email?: string | undefined
  reason?: string | undefined
  locale: 'en' | 'fr'
  /** The beginning of one of the queue's slots. */
  slotFrom?: Date | undefined
  at?: Date | undefined
  agentId?: Types.ObjectId | null | undefined
  /** A repeat with the same key has no effect. */
  key?: string | undefined
  consent?: Omit<ConsentProof, 'at'> | undefined
  requirements?: Requirement[] | undefined
  priority?: number | undefined
  by?: Actor | undefined
}

const duplicateKey = 11000
/** Nobody promises to call later than this. */
const longestMs = 366 * 86_400_000

/**
 * Keeps that somebody is to be called, and gives it to its queue when that is now. Refuses `invalid-input` (no number,
 * a moment in the past), `not-deliverable` (no line, or a number that is not called), `slot-taken`, `already-asked` while
 * the same number waits in the queue, `unknown-reference`.
 */
export async function askCallback(hub: Hub, asked: Asked): Promise<CallbackDoc> {
  const known = asked.key === undefined ? null : await byKey(asked.key)
  if (known) return known
  const queue = await queueFor(hub, asked.queueId)
  const door = await doorFor(hub, queue)
  const number = await callable(door, asked.number)
  const now = new Date()
  const contact = await contactAt(channelNamed(door.account.channel).point, number)
  const doc = newCallback(queue, door, { ...asked, number }, now)
  doc.contactId = contact?._id ?? null
  if (asked.at) doc.nextAt = momentAhead(asked.at, now)
  if (asked.slotFrom) await intoSlot(hub, queue, doc, asked.slotFrom)
  try {
    await Callback.collection.insertOne(doc as never)
  } catch (error) {
    if (doc.slot) await leaveSlot(queue.id, doc.slot.from, doc._id)
    if ((error as { code?: number }).code !== duplicateKey) throw error
    const winner = asked.key === undefined ? null : await byKey(asked.key)
    return winner ?? refuse('already-asked')
  }
  hub.relay.pass(callbackTold, doc)
  if (doc.nextAt && doc.nextAt > now) {
    dueSoon(hub, doc)
    return doc
  }
  return placeCallback(hub, doc._id)
}

const byKey = async (askedKey: string) =>
  (await Callback.findOne({ askedKey: { $eq: askedKey, $type: 'string' } }).lean()) as CallbackDoc | null

/** The number in its one form (E.164). Refuses what is none, or is never called. */
async function callable(door: VoiceDoor, text: string): Promise<string> {
  // Whoever asks to be called wants it, at the time that they choose.
  const { number, refusal } = await checkNumber(door, text, new Date(), { isAsked: true })
  if (number === null)
    return refuse('invalid-input', 'not-a-number', [{ path: 'number', message: 'is no telephone number' }])
  return refusal ? refuse('not-deliverable', refusal) : number
}

/** A moment that is still to come. Refuses `invalid-input`. */
export function momentAhead(at: Date, now: Date): Date {
  if (at <= now || at.getTime() > now.getTime() + longestMs)
    refuse('invalid-input', undefined, [{ path: 'at', message: 'must be in the future, within a year' }])
  return at
}

/** Takes a place in the slot that begins then, and writes it into the callback. Refuses `slot-taken`. */
export async function intoSlot(
  hub: Hub,
  queue: Queue,
  doc: Pick<CallbackDoc, '_id' | 'slot' | 'nextAt'>,
  from: Date
): Promise<OpenSlot> {
  const slot = (await slotsOf(hub, queue, new Date())).find((one) => one.from.getTime() === from.getTime())
  if (!slot || !(await takeSlot(queue.id, from, slot.places, doc._id))) return refuse('slot-taken')
  doc.slot = { from: slot.from, to: slot.to }
  doc.nextAt = slot.from
  return slot
}

function newCallback(queue: Queue, { account }: VoiceDoor, asked: Asked, now: Date): CallbackDoc {
  return {
    _id: new Types.ObjectId(),
    version: 1,
    log: linesAfter(
      0,
      [
        {
          name: 'asked',
          by: asked.by,
          figures: { source: asked.source, number: asked.number }
        }
      ],
      now
    ),
    logged: 1,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    state: 'scheduled',
    queueId: new Types.ObjectId(queue.id),
    agentId: asked.agentId ?? null,
    source: asked.source,
    accountId: account._id,
    channel: account.channel,
    contactId: null,
    name: asked.name,
    number: asked.number,
    email: asked.email?.toLowerCase() ?? '',
    reason: asked.reason ?? '',
    locale: asked.locale,
    slot: null,
    nextAt: now,
    interactionId: null,
    conversationId: null,
    attempts: [],
    kept: null,
    consent: asked.consent ? { ...asked.consent, at: now } : null,
    requirements: asked.requirements ?? [],
    priority: asked.priority ?? 0,
    round: 0,
    openKey: openKeyOf(queue.id, asked.number),
    ...(asked.key !== undefined && { askedKey: asked.key }),
    createdAt: now,
    endedAt: null
  }
}
