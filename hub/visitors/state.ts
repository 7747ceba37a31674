import type { Message as MessageWire } from '@palabre/config/contract/message'
import type { VisitorMessage, VisitorState } from '@palabre/config/contract/visitor'
import type { VisitorPolicy } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import { openAccount, type AccountDoc } from '../accounts/account.model.ts'
import { refuse } from '../refuse.ts'
import { Conversation, type ConversationDoc } from '../conversations/conversation.model.ts'
import type { Hub } from '../hub.ts'
import { Interaction, type InteractionDoc } from '../interactions/interaction.model.ts'
import { Message, presentMessage, type MessageDoc } from '../messages/message.model.ts'
import { catalogOf } from '../settings/catalog.ts'
import { isOpen, opensAt } from '../settings/opening.ts'
import { floorOf } from '../agents/floor.ts'
import { waitOf } from './wait.ts'
import type { Visit } from './token.ts'

/** What belongs to a visit now. */
export interface Standing {
  conversation: ConversationDoc | null
  interaction: InteractionDoc | null
}

const shownMessages = 200

/** The visit's conversation and its newest interaction. */
export async function standingOf(account: AccountDoc, visit: Visit): Promise<Standing> {
  const key = `${account._id.toHexString()}:${visit.address}`
  const conversation = (await Conversation.findOne({ keys: key }).lean()) as ConversationDoc | null
  const interaction = conversation
    ? ((await Interaction.findOne({ conversationId: conversation._id })
        .sort({ createdAt: -1 })
        .lean()) as InteractionDoc | null)
    : null
  return { conversation, interaction }
}

const phases = {
  queued: 'queued',
  offered: 'queued',
  active: 'active',
  wrapup: 'ended',
  closed: 'ended'
} as const

/** Where the visitor stands, as the client shows it. */
export async function stateOf(
  hub: Hub,
  account: AccountDoc,
  visit: Visit,
  { interaction }: Standing
): Promise<VisitorState> {
  const catalog = await catalogOf(hub)
  const queue = catalog.queue((interaction ?? account).queueId.toHexString())
  const calendar = catalog.calendar(queue?.calendarId ?? null)
  const now = new Date()
  const policy = policyOf(hub, account)
  const open = isOpen(calendar, now)
  const phase = interaction ? phases[interaction.state] : open ? 'new' : 'closed-now'
  const agent = interaction?.agentId
    ? (await floorOf(hub)).agents.get(interaction.agentId.toHexString())
    : undefined
  const wait = phase === 'queued' && interaction ? await waitOf(interaction) : null
  return {
    phase: phase === 'ended' && !open ? (interaction?.rating ? 'closed-now' : 'ended') : phase,
    name: visit.name,
    email: visit.email,
    agentName: phase === 'active' && agent ? policy.agentName(agent.name) : null,
    position: wait?.position ?? null,
    estimatedWaitS: wait?.estimatedS ?? null,
    opensAt: open ? null : (opensAt(calendar, now)?.toISOString() ?? null),
    rating: interaction?.rating?.score ?? null,
    canTranscript: policy.transcript
  }
}

const policies = new WeakMap<AccountDoc, VisitorPolicy>()

/** How the account treats its visitors; worked out once for an account as it is remembered. */
export function policyOf(hub: Hub, account: AccountDoc): VisitorPolicy {
  const known = policies.get(account)
  if (known) return known
  const { visitor } = channelNamed(account.channel)
  const policy = visitor ? visitor.policy(openAccount(hub, account)) : refuse('not-found')
  policies.set(account, policy)
  return policy
}

export const isShown = (message: Pick<MessageWire, 'kind' | 'state' | 'automatic'>) =>
  message.kind !== 'note' && message.state !== 'cancelled' && message.automatic !== 'transcript'

/** A message as the customer's client shows it. */
export function presentForVisitor(hub: Hub, account: AccountDoc, message: MessageWire): VisitorMessage {
  const mine = message.kind === 'in'
  const { id, clientId, author, text, attachments, state, at } = message
  return {
    id,
    clientId,
    mine,
    authorName: mine ? author.name : policyOf(hub, account).agentName(author.name),
    text,
    attachments: attachments.map((one) => ({
      ...one,
      url: `/api/visitor/${account._id.toHexString()}/attachments/${one.id}`
    })),
    state: state === 'read' || state === 'delivered' ? state : 'sent',
    at
  }
}

/** The last messages of the visit's conversation, oldest first. */
export async function messagesForVisitor(
  hub: Hub,
  account: AccountDoc,
  { conversation }: Standing
): Promise<VisitorMessage[]> {
  if (!conversation) return []
  const docs = (await Message.find({ conversationId: conversation._id, kind: { $ne: 'note' } })
    .sort({ at: -1, _id: -1 })
    .limit(shownMessages)
    .lean()) as MessageDoc[]
  return docs
    .filter(isShown)
    .reverse()
    .map((doc) => presentForVisitor(hub, account, presentMessage(doc)))
}
