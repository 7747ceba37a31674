import type { Message as MessageWire } from '@palabre/config/contract/message'
import type { VisitorMessage, VisitorState } from '@palabre/config/contract/visitor'
import type { VisitorPolicy } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import { openAccount, type AccountDoc } from '../accounts/account.model.ts'
import { refuse } from '../refuse.ts'
import type { Hub } from '../hub.ts'
import { Message, presentMessage, type MessageDoc } from '../messages/message.model.ts'
import { catalogOf } from '../settings/catalog.ts'
import { isOpen, opensAt } from '../settings/opening.ts'
import { floorOf } from '../agents/floor.ts'
import type { Standing } from './standing.ts'
import { waitOf } from './wait.ts'
import type { Visit } from './token.ts'

const shownMessages = 200

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
  const queue = catalog.queue(interaction?.queueId ?? account.queueId.toHexString())
  const calendar = catalog.calendar(queue?.calendarId ?? null)
  const now = new Date()
  const policy = policyOf(hub, account)
  const open = isOpen(calendar, now)
  const phase = interaction ? phases[interaction.state] : open ? 'new' : 'closed-now'
  const agent = interaction?.agentId ? (await floorOf(hub)).agents.get(interaction.agentId) : undefined
  const rating = interaction?.rating ?? null
  const wait = phase === 'queued' && interaction ? waitOf(hub, interaction) : null
  return {
    phase: phase === 'ended' && !open ? (rating === null ? 'ended' : 'closed-now') : phase,
    name: visit.name,
    email: visit.email,
    agentName: phase === 'active' && agent ? policy.agentName(agent.name) : null,
    position: wait?.position ?? null,
    estimatedWaitS: wait?.estimatedS ?? null,
    suggestion: phase === 'queued' ? (interaction?.suggestion ?? null) : null,
    opensAt: open ? null : (opensAt(calendar, now)?.toISOString() ?? null),
    rating,
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
  { conversationId }: Standing
): Promise<VisitorMessage[]> {
  if (conversationId === null) return []
  const docs = (await Message.find({ conversationId, kind: { $ne: 'note' } })
    .sort({ at: -1, _id: -1 })
    .limit(shownMessages)
    .lean()) as MessageDoc[]
  return docs
    .filter(isShown)
    .reverse()
    .map((doc) => presentForVisitor(hub, account, presentMessage(doc)))
}
