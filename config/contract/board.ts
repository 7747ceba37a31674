import { Type, type Static } from 'typebox'
import { Exact, Id, Nullable, OneOf, Time, defineRoute } from './define.ts'
import { media } from './routing.ts'

/**
 * The open work of one queue that came by one account in one medium, at this moment. Boards add these up by queue,
 * channel, account or site, so that the parts always make the whole.
 */
export const BoardCell = Type.Object({
  queueId: Id,
  accountId: Id,
  channel: Type.String(),
  medium: OneOf(media),
  /** In the queue, the offered ones among them. */
  waiting: Type.Integer(),
  offered: Type.Integer(),
  active: Type.Integer(),
  wrapUp: Type.Integer(),
  /** Start of the longest wait. */
  oldestQueuedAt: Nullable(Time),
  /** Of those who wait for a target: which is missed already, or will be next, first; at most fifty. */
  due: Type.Array(Type.Object({ interactionId: Id, queuedAt: Time, dueAt: Time }))
})
export type BoardCell = Static<typeof BoardCell>

/** What a quarter of an hour brought. Sums are counts, and milliseconds where the name ends in `Ms`. */
export const BoardQuarter = Type.Object({
  id: Type.String(),
  /** Its beginning. */
  slot: Time,
  kind: OneOf(['queue', 'agent']),
  queueId: Nullable(Id),
  accountId: Nullable(Id),
  channel: Nullable(Type.String()),
  medium: Nullable(Type.String()),
  agentId: Nullable(Id),
  sums: Type.Record(Type.String(), Type.Number()),
  /** Grows with every change; the highest counts. */
  version: Type.Integer()
})
export type BoardQuarter = Static<typeof BoardQuarter>

export const readBoard = defineRoute({
  name: 'board.read',
  summary:
    'The floor at this moment and its quarters of an hour since `from`, with the sequence they are true for',
  method: 'GET',
  url: '/api/board',
  permission: 'board:read',
  query: Exact({
    /** At most two days ago; the beginning of the asker's own day. */
    from: Time
  }),
  reply: Type.Object({
    seq: Type.String(),
    cells: Type.Array(BoardCell),
    quarters: Type.Array(BoardQuarter)
  })
})
