import { Types } from 'mongoose'
import { channelNamed } from '@palabre/channels/registry'
import type { Input } from '@palabre/config/contract/define'
import type { addNote, sendMessage } from '@palabre/config/contract/message'
import { floorOf } from '../agents/floor.ts'
import { claimFiles } from '../attachments/store.ts'
import { cleanComposed } from './clean-composed.ts'
import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import { closeInteraction } from '../interactions/close.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { holds } from '../interactions/transfer.ts'
import { refuse } from '../refuse.ts'
import { may, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { User } from '../users/user.model.ts'
import { momentOf } from '../wire.ts'
import { appendMessage } from './append.ts'
import { forgetDraft } from './draft.ts'
import { windowShut } from './window.ts'
import { Message, messageFrom, presentMessage, type AttachmentRef, type MessageDoc } from './message.model.ts'

type SendBody = Input<typeof sendMessage>['body']
type NoteBody = Input<typeof addNote>['body']

/** Files that the writer uploaded for this interaction; a repeat names those that its message carries already. */
async function takeFiles(
  who: Who,
  ids: string[] | undefined,
  interaction: InteractionDoc,
  messageId: Types.ObjectId
): Promise<AttachmentRef[]> {
  const refs = await claimFiles(
    ids ?? [],
    (meta) =>
      meta.use === 'attachment' &&
      meta.byId === who.userId.toHexString() &&
      meta.interactionId?.equals(interaction._id) === true,
    messageId,
    interaction._id
  )
  return refs ?? refuse('unknown-reference', 'attachment')
}

const addressPattern = /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/

function checkAddresses(path: string, addresses: string[] | undefined) {
  const wrong = addresses?.find((one) => !addressPattern.test(one))
  if (wrong !== undefined)
    refuse('invalid-input', undefined, [{ path, message: `${wrong} is not an email address` }])
}

/**
 * Answers the customer. A channel that hands messages on gets it after its undo time (or at `sendAt`); one whose
 * customers come with our own client shows it at once. Refuses `not-yours`, `wrong-state`, `not-deliverable`.
 */
export async function sendMessageOf(hub: Hub, who: Who, id: string, body: SendBody): Promise<MessageDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (!holds(interaction, who) || interaction.state !== 'active') {
    // The answer to a request that also closed or handed on may have been lost on the way.
    const sent = await sentBefore(who, interaction, body.clientId)
    if (sent) return sent
    return refuse(holds(interaction, who) ? 'wrong-state' : 'not-yours')
  }
  const channel = channelNamed(interaction.channel)
  const { abilities, send } = channel
  if (body.text.length > abilities.maxText) return refuse('not-deliverable', 'The text is too long')
  if (!abilities.html && body.html) return refuse('not-deliverable', 'This channel carries plain text')
  if (!body.text.trim() && !body.attachmentIds?.length)
    return refuse('invalid-input', undefined, [{ path: 'text', message: 'is empty' }])
  for (const field of ['to', 'cc', 'bcc'] as const) checkAddresses(field, body[field])
  const shut = await windowShut(
    channel,
    interaction,
    body.sendAt ? momentOf(body.sendAt, 'sendAt') : new Date()
  )
  if (shut) return refuse('not-deliverable', shut)
  const messageId = new Types.ObjectId()
  const attachments = await takeFiles(who, body.attachmentIds, interaction, messageId)
  const total = attachments.reduce((sum, { size }) => sum + size, 0)
  if (attachments.length > 0 && total > (abilities.attachments?.maxTotalBytes ?? 0))
    return refuse('too-large')

  const now = Date.now()
  const later = body.sendAt ? momentOf(body.sendAt, 'sendAt').getTime() : 0
  const sendAt = send ? new Date(Math.max(later, now + abilities.undoMs)) : null
  const message = messageFrom({
    _id: messageId,
    accountId: interaction.accountId,
    clientId: body.clientId,
    interactionId: interaction._id,
    conversationId: interaction.conversationId,
    kind: 'out',
    address: interaction.address,
    author: { kind: 'agent', id: who.agentId?.toHexString() ?? null, name: who.name },
    text: body.text,
    html: body.html ? cleanComposed(body.html) : null,
    subject: abilities.subject ? body.subject?.trim() || interaction.subject : null,
    to: abilities.subject ? (body.to?.length ? body.to : [interaction.address]) : [],
    cc: body.cc ?? [],
    bcc: body.bcc ?? [],
    attachments,
    state: send ? (later > now ? 'scheduled' : 'queued') : 'sent',
    sendAt
  })
  const stored = await appendMessage(hub, message, interaction)
  if (stored._id.equals(messageId) && stored.sendAt)
    hub.schedule('message.send', { messageId: id24(stored) }, { key: id24(stored), at: stored.sendAt })
  // The answer is out; a draft that stays a moment longer harms nobody.
  forgetDraft(who.userId, interaction._id).catch((error: unknown) => {
    hub.log.warn({ err: error }, 'a sent draft could not be forgotten')
  })
  if (body.close) await closeInteraction(hub, who, id, body.close)
  return stored
}

const sentBefore = (who: Who, { _id }: InteractionDoc, clientId: string) =>
  Message.findOne({
    interactionId: _id,
    clientId: { $eq: clientId, $type: 'string' },
    kind: 'out',
    'author.id': who.agentId?.toHexString() ?? null
  }).lean() as Promise<MessageDoc | null>

const id24 = (message: MessageDoc) => message._id.toHexString()

/** Writes a note that only colleagues see; those mentioned are told. */
export async function addNoteOf(hub: Hub, who: Who, id: string, body: NoteBody): Promise<MessageDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (!may(who, 'interaction:handle')) return refuse('not-permitted')
  const messageId = new Types.ObjectId()
  const message = messageFrom({
    _id: messageId,
    accountId: interaction.accountId,
    clientId: body.clientId,
    interactionId: interaction._id,
    conversationId: interaction.conversationId,
    kind: 'note',
    address: '',
    author: { kind: 'agent', id: who.agentId?.toHexString() ?? null, name: who.name },
    text: body.text,
    attachments: await takeFiles(who, body.attachmentIds, interaction, messageId),
    mentions: body.mentions ?? [],
    state: 'sent'
  })
  const stored = await appendMessage(hub, message, interaction)
  const mentioned = await whoMaySee(hub, stored.mentions, interaction)
  if (mentioned.length > 0)
    hub.stream.publish({
      name: 'note.mentioned',
      payload: { message: presentMessage(stored), contactName: interaction.contactName },
      topics: mentioned.map((agentId) => `agent:${agentId}`)
    })
  return stored
}

/** Those of the agents within whose scope the interaction is: a mention does not open what is closed to them. */
async function whoMaySee(hub: Hub, agentIds: string[], interaction: InteractionDoc): Promise<string[]> {
  if (agentIds.length === 0) return []
  const [{ agents }, catalog, overseers] = await Promise.all([
    floorOf(hub),
    catalogOf(hub),
    User.find(
      { agentId: { $in: agentIds }, roles: { $in: ['supervisor', 'administrator'] } },
      { agentId: 1 }
    ).lean()
  ])
  const seeAll = new Set(overseers.map(({ agentId }) => String(agentId)))
  const works = (agentId: string) => {
    const teamId = agents.get(agentId)?.teamId
    return teamId
      ? catalog.team(teamId)?.queueIds.includes(interaction.queueId.toHexString()) === true
      : false
  }
  const asked = new Set(interaction.consults.map(({ agentId }) => agentId.toHexString()))
  return agentIds.filter((agentId) => seeAll.has(agentId) || works(agentId) || asked.has(agentId))
}
