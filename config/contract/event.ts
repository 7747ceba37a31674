import { Type, type Static } from 'typebox'
import { Exact, Id, Nullable, OneOf, Time } from './define.ts'
import { Agent } from './agent.ts'
import { Alert } from './alert.ts'
import { ChannelHealth } from './account.ts'
import { BoardCell, BoardQuarter } from './board.ts'
import { Call } from './call.ts'
import { Contact } from './contact.ts'
import { Interaction } from './interaction.ts'
import { Message } from './message.ts'

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
  'contact.changed': Type.Object({ contact: Contact }),
  'agent.changed': Type.Object({ agent: Agent }),
  'queue.changed': Type.Object({ queue: QueueState }),
  /** Cells of the board that changed, whole; not kept for resume, read again instead. */
  'board.changed': Type.Object({ cells: Type.Array(BoardCell) }),
  'quarters.changed': Type.Object({ quarters: Type.Array(BoardQuarter) }),
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
  /** Not kept for resume: to the customer's side only. */
  'visitor.pushed': Type.Object({ interactionId: Id, frame: Type.Unknown() })
}
export type EventName = keyof typeof events
export type EventPayload<N extends EventName> = Static<(typeof events)[N]>

/**
 * What a client may listen to; the hub checks scope at the subscription and again when roles change.
 * `interaction:<id>` while it is open on screen, `queue:<id>` while its list is, `floor` for agents and queues,
 * `accounts` for channel health and alerts, `board` for the figures of the floor. What is in your own hands arrives without asking.
 */
export const Topic = Type.String({ pattern: '^(interaction|queue):[0-9a-f]{24}$|^floor$|^accounts$|^board$' })

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
