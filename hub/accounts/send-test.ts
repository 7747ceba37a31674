import { Types } from 'mongoose'
import { ChannelError, type Channel, type OutboundMessage } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import type { Input } from '@palabre/config/contract/define'
import type { sendTest } from '@palabre/config/contract/account'
import { say } from '@palabre/config/i18n/catalogue'
import { adminChannel as words } from '@palabre/config/i18n/words/admin-channel'
import { traceAction } from '../audit/trace.ts'
import { Conversation, threadKeyOf, type ConversationDoc } from '../conversations/conversation.model.ts'
import type { Hub } from '../hub.ts'
import { lastHeard, windowShut } from '../messages/window.ts'
import { found, refuse } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { fillTemplate } from '../templates/fill.ts'
import { User } from '../users/user.model.ts'
import { ChannelAccountModel, openAccount, type AccountDoc } from './account.model.ts'
import { setHealth } from './health.ts'
import { canSendTest } from './present-kind.ts'

/**
 * Sends one message through the channel itself, to see that it arrives: no conversation, no work. Refuses
 * `not-deliverable` with the reason in plain words: the channel does not write first, or the provider did not take it.
 */
export async function sendTestOf(
  hub: Hub,
  who: Who,
  id: string,
  { to, text, template }: Input<typeof sendTest>['body']
): Promise<string> {
  const doc = found((await ChannelAccountModel.findById(id).lean()) as AccountDoc | null)
  if (doc.archived) return refuse('wrong-state')
  const channel = channelNamed(doc.channel)
  const { abilities, send } = channel
  if (!send || !canSendTest(channel)) return refuse('not-deliverable', 'This channel sends nothing of itself')
  if (template && !abilities.templates) return refuse('not-deliverable', 'This channel has no templates')
  const filled = template && (await fillTemplate(doc._id, template))
  if (filled?.needsFile)
    return refuse('not-deliverable', 'The template begins with a file: choose another one')
  const { address, at: heardAt, shut } = await heardFrom(channel, doc, to.trim())
  if (!filled && shut !== null) return refuse('not-deliverable', shut)
  const message: OutboundMessage = {
    id: new Types.ObjectId().toHexString(),
    address,
    fromName: who.name,
    text: filled?.text ?? text ?? (await standardText(who, doc.name)),
    ...(abilities.subject && { subject: await standardText(who, doc.name), to: [address] }),
    attachments: [],
    references: [],
    ...(filled && { template: filled.template }),
    ...(heardAt && { heardAt })
  }
  await traceAction(actorOf(who), 'account.sendTest', 'account', id)
  try {
    const { externalId, refused = [] } = await send(message, openAccount(hub, doc))
    return refused[0] ? refuse('not-deliverable', refused[0].reason) : externalId
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    if (error.reason === 'unauthorized') await setHealth(hub, doc, 'refused', error.message)
    return refuse('not-deliverable', error.message)
  }
}

const noFirstWord =
  'Nobody can be written to here before they have written themselves, and then for a limited time only.'

/**
 * The person at an address as this account knows them, when they wrote last, and why words cannot be sent there now. A
 * telephone number is found however it is written.
 */
async function heardFrom(
  channel: Channel,
  { _id: accountId }: AccountDoc,
  typed: string
): Promise<{ address: string; at: Date | null; shut: string | null }> {
  if (!channel.abilities.window) return { address: typed, at: null, shut: null }
  const written = /^\+?[\d\s().-]{6,}$/.test(typed) ? [typed, typed.replace(/\D/g, '')] : [typed]
  const byKey = new Map(written.map((address) => [threadKeyOf(accountId, address), address]))
  const known = (await Conversation.findOne({
    keys: { $in: [...byKey.keys()], $type: 'string' }
  }).lean()) as ConversationDoc | null
  const address = known?.keys.map((key) => byKey.get(key)).find(Boolean) ?? typed
  const person = { conversationId: known?._id ?? new Types.ObjectId(), accountId, address }
  const shut = await windowShut(channel, person)
  return {
    address,
    at: await lastHeard(person),
    // Where there are no templates, nothing at all can be sent to somebody who is silent.
    shut: shut !== null && !channel.abilities.templates ? noFirstWord : shut
  }
}

async function standardText({ userId }: Who, name: string): Promise<string> {
  const user = await User.findById(userId, { preferences: 1 }).lean()
  const locale = user?.preferences.locale ?? 'en'
  return say(locale, words[locale]['test-message-text'], { name })
}
