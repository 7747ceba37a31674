import { Types } from 'mongoose'
import type { Channel } from '@palabre/channels/channel'
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
import { found, refuse } from '../refuse.ts'
import { may, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { fillTemplate, type Filled } from '../templates/fill.ts'
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
  if (!body.template && !body.text.trim() && !body.attachmentIds?.length)
    return refuse('invalid-input', undefined, [{ path: 'text', message: 'is empty' }])
  for (const field of ['to', 'cc', 'bcc'] as const) checkAddresses(field, body[field])
  const filled = await checkTemplate(channel, interaction, body)
  const when = body.sendAt ? momentOf(body.sendAt, 'sendAt') : new Date()
  const answered = await answeredOf(channel, interaction, body)
  // The window is of private words; what was said in public is answered as long as it stands.
  const isFree = filled !== null || answered.audience !== undefined
  const shut = isFree ? null : await windowShut(channel, interaction, { when })
  if (shut) return refuse('not-deliverable', shut)
  const choices = checkChoices(channel, body)
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
    text: filled?.text ?? body.text,
    html: body.html ? cleanComposed(body.html) : null,
    subject: abilities.subject ? body.subject?.trim() || interaction.subject : null,
    to: abilities.subject ? (body.to?.length ? body.to : [interaction.address]) : [],
    cc: body.cc ?? [],
    bcc: body.bcc ?? [],
    attachments,
    ...(filled && { template: filled.template }),
    ...(choices && { choices }),
    ...answered,
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

/** The template that it is sent as. Refuses what the channel does not carry, or free words beside one. */
async function checkTemplate(
  { abilities }: Channel,
  { accountId }: InteractionDoc,
  { template, text, attachmentIds = [] }: SendBody
): Promise<Filled | null> {
  if (!template) return null
  if (!abilities.templates) return refuse('not-deliverable', 'This channel has no templates')
  if (text.trim()) return refuse('invalid-input', undefined, [{ path: 'text', message: 'is not empty' }])
  const filled = await fillTemplate(accountId, template)
  if (filled.needsFile !== (attachmentIds.length === 1) || attachmentIds.length > 1)
    return refuse('invalid-input', undefined, [
      {
        path: 'attachmentIds',
        message: filled.needsFile ? 'the template needs one file' : 'the template takes none'
      }
    ])
  return filled
}

/** What the customer may tap, with ids of ours. Refuses more than the channel shows. */
function checkChoices({ abilities }: Channel, { choices, template }: SendBody): MessageDoc['choices'] {
  if (!choices) return undefined
  const most = abilities.choices?.[choices.as === 'list' ? 'list' : 'buttons'] ?? 0
  if (template || choices.options.length > most)
    return refuse('not-deliverable', `This channel shows ${String(template ? 0 : most)} of these choices`)
  const options = choices.options.map((option, i) => ({ id: `choice-${String(i + 1)}`, ...option }))
  return choices.as === 'list'
    ? { as: 'list', button: choices.button ?? '…', options }
    : { as: 'buttons', options: options.map(({ id, title }) => ({ id, title })) }
}

/**
 * Which message of the conversation it answers: the one chosen, or where some are public the customer's last one,
 * because it decides who reads the answer. Refuses `not-found`, and a private answer where there are none.
 */
async function answeredOf(
  { abilities }: Channel,
  { conversationId }: InteractionDoc,
  { answersId, audience }: SendBody
): Promise<Pick<MessageDoc, 'answersId' | 'audience'>> {
  if (answersId !== undefined && !abilities.answers && !abilities.public)
    return refuse('not-deliverable', 'This channel does not show what is answered')
  if (answersId === undefined && !abilities.public) return {}
  const answered = (await Message.findOne(
    answersId === undefined
      ? { conversationId, kind: 'in', automatic: null }
      : { _id: answersId, conversationId, kind: { $ne: 'note' } },
    { public: 1, audience: 1 }
  )
    .sort({ at: -1, _id: -1 })
    .lean()) as Pick<MessageDoc, '_id' | 'public' | 'audience'> | null
  if (answersId !== undefined) found(answered)
  // One's own public answer is as public as what it answered.
  const isPublic = answered?.public !== undefined || answered?.audience === 'public'
  if (audience === 'private' && isPublic && !abilities.public?.privateAnswers)
    return refuse('not-deliverable', 'This channel answers public messages in public')
  return {
    ...(answered && { answersId: answered._id }),
    ...(isPublic && { audience: audience ?? 'public' })
  }
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
