import { Types } from 'mongoose'
import { accountOf } from '../accounts/accounts.ts'
import { customerOf, type CallDoc } from '../calls/call.model.ts'
import { openDoor, type VoiceDoor } from '../calls/door.ts'
import { loadCall } from '../calls/find.ts'
import { writeCall } from '../calls/write.ts'
import { receiveMessage } from '../conversations/receive.ts'
import type { Hub } from '../hub.ts'
import { loadInteraction } from '../interactions/find.ts'
import { Message } from '../messages/message.model.ts'
import { forgetRecording } from './erase.ts'
import { Recording, type RecordingDoc } from './recording.model.ts'
import { asLeft, asNothingLeft } from './voicemail-work.ts'
import { writeRecording } from './write.ts'

/** A shorter message, or one with less sound in it, is none. */
const shortestMs = 1000
const leastSoundMs = 200

/** The line said that a message was left, but its sound never came. */
export const unheard = 'unheard'

const isEmpty = ({ state, ms, soundMs, log }: RecordingDoc) =>
  state === 'kept'
    ? ms < shortestMs || soundMs < leastSoundMs
    : soundMs < shortestMs && !log.some(({ name }) => name === unheard)

/**
 * Puts a message that was left into its interaction, as something written that an agent works when they have the time: the
 * one that waited, with its age, or a new one. A message without a word leaves a call that was given up, and nothing else.
 * Repeating it has no effect.
 */
export async function deliverVoicemail(hub: Hub, doc: RecordingDoc): Promise<void> {
  const [call, account] = await Promise.all([
    loadCall(doc.callId),
    accountOf(hub, doc.accountId.toHexString())
  ])
  if (!call || !account || isEmpty(doc)) {
    if (doc.interactionId) await asNothingLeft(hub, doc.interactionId)
    return forgetRecording(hub, doc)
  }
  const interactionId = await receive(hub, openDoor(hub, account), call, doc)
  await writeRecording(hub, doc._id, (newest) =>
    newest.isUndelivered
      ? {
          set: { interactionId, isUndelivered: false, dueAt: newest.expiresAt },
          entries: [{ name: 'delivered', figures: { interactionId: interactionId.toHexString() } }]
        }
      : null
  )
  await linkMessage(hub, call, interactionId)
}

/** A call of which nothing came but a message belongs to that. While it is under way other work may come of it. */
async function linkMessage(hub: Hub, { _id }: CallDoc, interactionId: Types.ObjectId) {
  await writeCall(hub, _id, (newest) =>
    newest.interactionId || newest.state !== 'ended' ? null : { set: { interactionId }, entries: [] }
  )
}

/** The same, when the message was there before the call was over. */
export async function linkLeft(hub: Hub, call: CallDoc): Promise<void> {
  if (call.interactionId || !call.flow) return
  const left = (await Recording.findOne({
    callId: call._id,
    use: 'voicemail',
    interactionId: { $ne: null }
  }).lean()) as RecordingDoc | null
  if (left?.interactionId) await linkMessage(hub, call, left.interactionId)
}

async function receive(hub: Hub, { account, wording }: VoiceDoor, call: CallDoc, doc: RecordingDoc) {
  const externalId = `voicemail:${doc._id.toHexString()}`
  const waited = doc.interactionId && (await loadInteraction(doc.interactionId.toHexString()))
  const queueId = doc.queueId ?? waited?.queueId ?? account.queueId
  const { partyId } = customerOf(call)
  const said =
    doc.state === 'kept'
      ? wording.say('voicemail-left', { seconds: Math.max(1, Math.round(doc.ms / 1000)) })
      : wording.say('voicemail-lost')
  const stored =
    (await receiveMessage(
      hub,
      account._id.toHexString(),
      {
        kind: 'message',
        address: call.number || `anonymous:${partyId ?? call._id.toHexString()}`,
        externalId,
        text: said.kind === 'say' ? said.text : '',
        ...(call.name && { name: call.name }),
        // Of a caller who waited there is a conversation already: that of their call.
        ...(waited && partyId && { thread: { own: [], external: [partyId] } })
      },
      {
        customerOnline: false,
        form: Object.fromEntries(call.findings.map(({ label, value }) => [label, value])),
        into: { queueId: queueId.toHexString(), requirements: [], priority: 0, medium: asLeft }
      }
    )) ??
    (await Message.findOne(
      { accountId: account._id, externalId: { $eq: externalId, $type: 'string' } },
      { interactionId: 1 }
    ).lean())
  if (!stored?.interactionId) throw new Error(`Message ${externalId} has no interaction yet`)
  return new Types.ObjectId(stored.interactionId)
}
