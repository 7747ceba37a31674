import { Type, type Static } from 'typebox'
import { Exact, Id, Nullable, OneOf, Time } from './define.ts'
import { Agent } from './agent.ts'
import { Alert } from './alert.ts'
import { ChannelHealth } from './account.ts'
import { ContactList } from './audience.ts'
import { BoardCell, BoardQuarter } from './board.ts'
import { Call } from './call.ts'
import { Callback } from './callback.ts'
import { CampaignProgress } from './campaign.ts'
import { Contact } from './contact.ts'
import { AgentQuarter } from './figures.ts'
import { FloorAnswer, FloorMessage } from './floor-message.ts'
import { Import } from './import.ts'
import { Interaction } from './interaction.ts'
import { Message } from './message.ts'
import { StepIn, Watched, Writing, longestWriting } from './stepping.ts'

/** What the floor knows of one queue at this moment. */
export const QueueState = Type.Object({
  queueId: Id,
  waiting: Type.Integer(),
  oldestQueuedAt: Nullable(Time),
  ready: Type.Integer({ description: 'Agents who could take something now' }),
  /** What somebody who arrives now may expect to wait; null while too little is known. */
  estimateSeconds: Nullable(Type.Integer())
})
export type QueueState = Static<typeof QueueState>

/** Every event that clients may hear, once: each carries whole state, so that the newest wins. */
export const events = {
  'interaction.changed': Type.Object({ interaction: Interaction }),
  'message.changed': Type.Object({ message: Message }),
  'call.changed': Type.Object({ call: Call }),
  'callback.changed': Type.Object({ callback: Callback }),
  /** At most every half second while it runs. */
  'campaign.changed': Type.Object({ campaign: CampaignProgress }),
  /** At most every half second while it runs. */
  'import.changed': Type.Object({ import: Import }),
  'list.changed': Type.Object({ list: ContactList }),
  /** Addresses were suppressed, or are so no more; read the list again. */
  'suppression.changed': Type.Object({}),
  'contact.changed': Type.Object({ contact: Contact }),
  'agent.changed': Type.Object({ agent: Agent }),
  'queue.changed': Type.Object({ queue: QueueState }),
  /** Cells of the board that changed, whole; not kept for resume, read again instead. */
  'board.changed': Type.Object({ cells: Type.Array(BoardCell) }),
  'quarters.changed': Type.Object({ quarters: Type.Array(BoardQuarter) }),
  /** To the agent herself: her own quarters of an hour that changed. */
  'figures.changed': Type.Object({ agentId: Id, quarters: Type.Array(AgentQuarter) }),
  /** As its hearer may see it. */
  'floorMessage.changed': Type.Object({ message: FloorMessage }),
  'floorMessage.answered': Type.Object({ answer: FloorAnswer }),
  'account.changed': Type.Object({ accountId: Id, health: ChannelHealth }),
  'alert.changed': Type.Object({ alert: Alert }),
  /** A record that administrators keep was changed; read its list again. */
  'setting.changed': Type.Object({ resource: Type.String(), id: Id }),
  'user.changed': Type.Object({ userId: Id }),
  'session.revoked': Type.Object({ userId: Id, sessionId: Nullable(Id) }),
  'note.mentioned': Type.Object({ message: Message, contactName: Type.String() }),
  /** Not kept for resume: somebody is writing. */
  'typing.changed': Type.Object({
    interactionId: Id,
    by: OneOf(['contact', 'agent']),
    agentId: Nullable(Id),
    name: Type.String(),
    on: Type.Boolean()
  }),
  /** Not kept for resume: what an agent is writing, to supervisors who look on. */
  'writing.changed': Type.Object({ writing: Writing }),
  /** To the agent who holds it: a supervisor looks on, or nobody any more. */
  'watched.changed': Type.Object({ watched: Watched }),
  /** To the agent who lost work to a supervisor. */
  'stepIn.changed': Type.Object({ stepIn: StepIn }),
  /** Not kept for resume: to the customer's side only. */
  'visitor.pushed': Type.Object({ interactionId: Id, frame: Type.Unknown() })
}
export type EventName = keyof typeof events
export type EventPayload<N extends EventName> = Static<(typeof events)[N]>

/**
 * What a client may listen to; the hub checks scope at the subscription and again when roles change.
 * `interaction:<id>` while it is open on screen, `writing:<id>` while a supervisor looks on, `queue:<id>` while its list is, `floor` for agents and queues,
 * `accounts` for channel health and alerts, `board` for the figures of the floor. What is in your own hands arrives without asking.
 */
export const Topic = Type.String({
  pattern: '^(interaction|queue|writing):[0-9a-f]{24}$|^floor$|^accounts$|^board$'
})

/** Frames from the app on /api/live. `since` resumes after the last event seen, for `topics` as well. */
export const ClientFrame = Type.Union([
  Exact({
    type: Type.Literal('hello'),
    since: Type.Optional(Type.String({ maxLength: 40 })),
    topics: Type.Optional(Type.Array(Topic, { maxItems: 100 }))
  }),
  Exact({ type: Type.Literal('watch'), topics: Type.Array(Topic, { maxItems: 100 }) }),
  Exact({ type: Type.Literal('unwatch'), topics: Type.Array(Topic, { maxItems: 100 }) }),
  Exact({ type: Type.Literal('typing'), interactionId: Id, on: Type.Boolean() }),
  /** Only while somebody looks on, at most four a second; an empty text ends it. */
  Exact({
    type: Type.Literal('writing'),
    interactionId: Id,
    mode: OneOf(['reply', 'note']),
    text: Type.String({ maxLength: longestWriting }),
    subject: Type.Optional(Type.String({ maxLength: 500 }))
  }),
  Exact({ type: Type.Literal('ping') })
])
export type ClientFrame = Static<typeof ClientFrame>

/** Frames to the app. After `resync` the client reads its snapshots again. */
export type ServerFrame =
  | { type: 'ready'; seq: string }
  | { type: 'resync'; seq: string }
  | { [N in EventName]: { type: 'event'; seq: string | null; name: N; payload: EventPayload<N> } }[EventName]
  | { type: 'refused'; topics: string[] }
  | { type: 'pong' }
