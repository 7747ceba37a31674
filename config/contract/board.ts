import { Type, type Static } from 'typebox'
import { eventsOfFigures } from '../figures/definitions.ts'
import { figureNames } from '../figures/names.ts'
import { Exact, Id, Nullable, OneOf, Page, Time, defineRoute } from './define.ts'
import { Interaction } from './interaction.ts'
import { media } from './routing.ts'

/** A cell names so many of those who wait for a target. */
export const mostDue = 50

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
  due: Type.Array(Type.Object({ interactionId: Id, queuedAt: Time, dueAt: Time })),
  /** Which are in wrap-up: who has nothing else in hand is. */
  wrapUpIds: Type.Array(Id)
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

const Ids = Type.Optional(
  Type.String({
    pattern: '^([0-9a-f]{24}|none)(,([0-9a-f]{24}|none)){0,199}$',
    description: 'Ids, with commas between them; for teams and sites also `none`'
  })
)

/** One thing behind a figure: work as it is, or what happened to it. */
export const BoardItem = Type.Object({
  id: Type.String(),
  /** Null of work that stands behind a figure of the moment. */
  event: Nullable(OneOf(eventsOfFigures)),
  /** When it happened; the start of the wait of work. */
  at: Time,
  agentId: Nullable(Id),
  waitedMs: Nullable(Type.Number()),
  handledMs: Nullable(Type.Number()),
  inTarget: Nullable(Type.Boolean()),
  /** Null when it is out of your scope by now. */
  interaction: Nullable(Interaction)
})
export type BoardItem = Static<typeof BoardItem>

export const listBoardItems = defineRoute({
  name: 'board.items',
  summary:
    'What stands behind a figure of the board, newest first; as many as the figure says. Not for figures of agents',
  method: 'GET',
  url: '/api/board/items',
  permission: 'board:read',
  query: Exact({
    figure: OneOf(figureNames),
    from: Time,
    queueIds: Ids,
    accountIds: Ids,
    channels: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{0,29}(,[a-z][a-z0-9-]{0,29}){0,29}$' })),
    media: Type.Optional(Type.String({ pattern: '^[a-z]{1,20}(,[a-z]{1,20}){0,9}$' })),
    teamIds: Ids,
    siteIds: Ids,
    after: Type.Optional(Type.String({ maxLength: 80 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }))
  }),
  reply: Type.Object({ total: Type.Integer(), ...Page(BoardItem).properties })
})

export const readBoardWork = defineRoute({
  name: 'board.work',
  summary: 'Interactions by their ids, as far as they are in your scope',
  method: 'GET',
  url: '/api/board/work',
  permission: 'board:read',
  query: Exact({
    ids: Type.String({ pattern: '^[0-9a-f]{24}(,[0-9a-f]{24}){0,99}$' })
  }),
  reply: Type.Object({ items: Type.Array(Interaction) })
})
