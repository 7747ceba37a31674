import { randomUUID } from 'node:crypto'
import type { Types } from 'mongoose'
import { ChannelError } from '@palabre/channels/channel'
import type { Queue } from '@palabre/config/contract/setting'
import type { Hub } from '../../hub.ts'
import { publicBase } from '../../public-base.ts'
import { Refusal } from '../../refuse.ts'
import { catalogOf } from '../../settings/catalog.ts'
import { voiceDoorOf } from '../../calls/door.ts'
import { Callback, type CallbackDoc } from '../callback.model.ts'
import { pagePath } from '../public/token.ts'
import { templateOf } from './fill-template.ts'
import { handOver } from './hand-over.ts'
import { lookAt } from './look-at.ts'
import { nextNotice, toldBy, type Notice } from './next-notice.ts'
import { noticeMail, writeNotice, type Surroundings } from './write-notice.ts'

/** How long one attempt may take before another worker may try. */
const claimMs = 120_000
/** Pauses after failed attempts; the last one repeats. */
const pausesMs = [15_000, 60_000, 300_000, 900_000]
const attemptsAllowed = 12

/** Takes what is due of a callback for this worker; null when nothing is, or another has it. */
async function claim(id: Types.ObjectId | string, now: Date): Promise<CallbackDoc | null> {
  return (await Callback.findOneAndUpdate(
    {
      _id: id,
      'notices.dueAt': { $lte: now, $type: 'date' },
      $or: [{ 'notices.claim': null }, { 'notices.claim.until': { $lt: now } }]
    },
    {
      $set: { 'notices.claim': { by: randomUUID(), until: new Date(now.getTime() + claimMs) } },
      $inc: { 'notices.attempts': 1 }
    },
    { returnDocument: 'after' }
  ).lean()) as CallbackDoc | null
}

/**
 * Tells whoever asked what is due. What was handed over is noted by the holder of the claim only; after a crash in
 * between it is handed over again as the same message, which a mail server can tell by its Message-ID.
 */
export async function sendNotice(hub: Hub, id: Types.ObjectId | string): Promise<void> {
  const now = new Date()
  const doc = await claim(id, now)
  if (!doc) return
  const queue = (await catalogOf(hub)).queue(doc.queueId.toHexString())
  const notice = queue ? nextNotice(doc, queue.callbacks.confirm.remindMinutes, now) : null
  const isDue = notice !== null && notice.dueAt <= now
  const outcome = queue && isDue ? await deliver(hub, queue, doc, notice) : 'nothing'
  await note(hub, doc, outcome === 'later' ? null : isDue ? notice : null, outcome)
}

type Outcome = 'told' | 'nothing' | 'later'

async function note(hub: Hub, doc: CallbackDoc, told: Notice | null, outcome: Outcome): Promise<void> {
  const attempts = doc.notices?.attempts ?? 0
  const pause = pausesMs[Math.min(attempts, pausesMs.length) - 1] ?? 0
  const written = (await Callback.findOneAndUpdate(
    { _id: doc._id, 'notices.claim.by': doc.notices?.claim?.by },
    {
      $set: {
        'notices.claim': null,
        'notices.attempts': outcome === 'later' ? attempts : 0,
        'notices.dueAt': outcome === 'later' ? new Date(Date.now() + pause) : null,
        ...(told &&
          Object.fromEntries(Object.entries(toldBy(told)).map(([key, value]) => [`notices.${key}`, value])))
      }
    },
    { returnDocument: 'after' }
  ).lean()) as CallbackDoc | null
  if (written && outcome !== 'later') await lookAt(hub, written)
}

/** Hands a notice over by mail, or else by template. `later`: it is to be tried again. */
async function deliver(hub: Hub, queue: Queue, doc: CallbackDoc, notice: Notice): Promise<Outcome> {
  const { mailAccountId, template } = queue.callbacks.confirm
  const surroundings = await surroundingsOf(hub, queue, doc)
  try {
    if (mailAccountId !== null && doc.email !== '')
      await handOver(hub, mailAccountId, noticeMail(doc, notice, surroundings))
    else if (template) {
      const { subject, sentence } = writeNotice(doc, notice, surroundings)
      const { id } = noticeMail(doc, notice, surroundings)
      await handOver(hub, template.accountId, {
        id,
        // WhatsApp names people by their number without its plus.
        address: doc.number.slice(1),
        fromName: '',
        subject,
        ...(await templateOf(template, {
          text: sentence,
          link: surroundings.link,
          name: doc.name || doc.number
        })),
        attachments: [],
        references: [],
        automatic: true
      })
    } else return 'nothing'
    return 'told'
  } catch (error) {
    const isOurs = !(error instanceof ChannelError) && !(error instanceof Refusal)
    const isFinal =
      error instanceof Refusal ||
      (error instanceof ChannelError && error.reason === 'refused') ||
      (doc.notices?.attempts ?? 0) >= attemptsAllowed
    hub.log[isOurs ? 'error' : 'warn'](
      { err: error, callbackId: doc._id, kind: notice.kind },
      isFinal ? 'a callback could not be confirmed' : 'a callback could not be confirmed yet'
    )
    return isFinal ? 'told' : 'later'
  }
}

async function surroundingsOf(hub: Hub, queue: Queue, doc: CallbackDoc): Promise<Surroundings> {
  return {
    timeZone: (await catalogOf(hub)).calendar(queue.calendarId)?.timeZone ?? 'UTC',
    link: publicBase(hub) + pagePath(hub, doc._id),
    caller: await callerOf(hub, doc)
  }
}

/** From which number we call; empty while its line is out of use. */
async function callerOf(hub: Hub, { accountId }: CallbackDoc): Promise<string> {
  try {
    return (await voiceDoorOf(hub, accountId.toHexString())).policy.callerId
  } catch (error) {
    if (error instanceof Refusal && error.refusal === 'not-found') return ''
    throw error
  }
}
