import { Type, type Static } from 'typebox'
import { figureNames } from '../figures/names.ts'
import {
  ById,
  Exact,
  Id,
  Name,
  Nullable,
  OneOf,
  Time,
  Version,
  defineResource,
  defineRoute
} from './define.ts'
import { media } from './routing.ts'
import { ThresholdFilter } from './threshold.ts'

/** Columns and rows that a tile takes of its page. */
const Span = {
  columns: Type.Integer({ minimum: 1, maximum: 6 }),
  rows: Type.Integer({ minimum: 1, maximum: 4 })
}
/** Empty: the tile is called after what it shows. */
const Label = Type.String({ maxLength: 80 })
const Level = Nullable(
  Type.Number({ minimum: 0, maximum: 1e9, description: 'Cases, milliseconds, or a share of 1' })
)

export const FigureTile = Exact({
  kind: Type.Literal('figure'),
  ...Span,
  label: Label,
  figure: OneOf(figureNames),
  filter: ThresholdFilter,
  /** What goes beyond a level takes its colour, a mark and a word. */
  comparison: OneOf(['above', 'below']),
  warn: Level,
  danger: Level
})
const ListTile = <const K extends 'queues' | 'agents' | 'due'>(kind: K) =>
  Exact({ kind: Type.Literal(kind), ...Span, label: Label, filter: ThresholdFilter })

/**
 * One part of a page: a figure, the queues as a table, the agents by what they do, what is about to break, a text, or
 * the time.
 */
export const Tile = Type.Union([
  FigureTile,
  ListTile('queues'),
  ListTile('agents'),
  ListTile('due'),
  Exact({
    kind: Type.Literal('message'),
    ...Span,
    label: Label,
    text: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' })
  }),
  Exact({ kind: Type.Literal('clock'), ...Span, label: Label })
])
export type Tile = Static<typeof Tile>
export type TileKind = Tile['kind']
export const tileKinds = [
  'figure',
  'queues',
  'agents',
  'due',
  'message',
  'clock'
] as const satisfies readonly TileKind[]

const WallPage = Exact({
  name: Type.String({ maxLength: 80 }),
  columns: Type.Integer({ minimum: 1, maximum: 6 }),
  tiles: Type.Array(Tile, { minItems: 1, maxItems: 24 })
})
export type WallPage = Static<typeof WallPage>

/** What stands on the screen itself. */
const shown = {
  title: Type.String({ maxLength: 120 }),
  pages: Type.Array(WallPage, { minItems: 1, maxItems: 12 }),
  /** How long each page stays. */
  pageSeconds: Type.Integer({ minimum: 5, maximum: 600 }),
  theme: OneOf(['dark', 'light']),
  locale: OneOf(['en', 'fr']),
  /** Whose midnight begins "today". */
  timeZone: Type.String({ minLength: 1, maxLength: 60, description: 'IANA time zone' }),
  /** It hangs where guests pass: names only when somebody wants them. */
  showNames: Type.Boolean()
}

const fields = Exact({ name: Name, ...shown })
export type WallboardFields = Static<typeof fields>

/** A big screen of figures. It shows what whoever saved it last may see, at the moment at which it is shown. */
export const wallboard = defineResource({
  name: 'wallboard',
  path: '/api/wallboards',
  fields,
  defaults: { title: '', pageSeconds: 20, theme: 'dark', locale: 'en', timeZone: 'UTC', showNames: false },
  read: 'wallboard:write',
  write: 'wallboard:write'
})
export type Wallboard = Static<typeof wallboard.record>

/** The way to a wallboard without login; the token itself is shown once, when it is made. */
export const WallLink = Type.Object({
  wallboardId: Id,
  /** Who saved the wallboard last: her scope is what it may show. */
  keeper: Type.Object({ id: Id, name: Type.String() }),
  link: Nullable(
    Type.Object({
      madeAt: Time,
      madeBy: Type.String(),
      /** Null: until it is revoked. */
      expiresAt: Nullable(Time),
      seenAt: Nullable(Time),
      seenAddress: Nullable(Type.String())
    })
  )
})
export type WallLink = Static<typeof WallLink>

export const listWallLinks = defineRoute({
  name: 'wallboard.links',
  summary: 'The links of the wallboards that you may see, with when and from where each was last used',
  method: 'GET',
  url: '/api/wallboards/links',
  permission: 'wallboard:write',
  reply: Type.Object({ items: Type.Array(WallLink) })
})

export const makeWallLink = defineRoute({
  name: 'wallboard.makeLink',
  summary:
    'Makes the link of a wallboard, or renews it: the one before ends at once. The token is told only here',
  method: 'POST',
  url: '/api/wallboards/:id/link',
  permission: 'wallboard:write',
  params: ById,
  body: Exact({ expiresAt: Nullable(Time) }),
  reply: Type.Object({ token: Type.String(), link: WallLink }),
  audited: true
})

export const revokeWallLink = defineRoute({
  name: 'wallboard.revokeLink',
  summary: 'Ends the link of a wallboard; screens that use it go dark at once',
  method: 'DELETE',
  url: '/api/wallboards/:id/link',
  permission: 'wallboard:write',
  params: ById,
  reply: WallLink,
  audited: true
})

export const wallLevels = ['ok', 'warn', 'danger'] as const
export const standings = ['ready', 'busy', 'wrapUp', 'paused', 'noAnswer'] as const
const Count = Nullable(Type.Number())

/** What a tile shows at a moment: sums, never an interaction or a customer. Message and clock have none. */
export const TileState = Type.Union([
  Type.Object({
    kind: Type.Literal('figure'),
    value: Count,
    /** Of a length that grows by itself: since when. */
    since: Nullable(Time),
    level: OneOf(wallLevels)
  }),
  Type.Object({
    kind: Type.Literal('queues'),
    rows: Type.Array(
      Type.Object({
        name: Type.String(),
        waiting: Count,
        oldestSince: Nullable(Time),
        late: Count,
        atRisk: Count,
        serviceLevel: Count,
        agentsReady: Count
      })
    ),
    /** Queues that have no place on the screen. */
    more: Type.Integer()
  }),
  Type.Object({
    kind: Type.Literal('agents'),
    counts: Type.Array(Type.Object({ standing: OneOf(standings), count: Type.Integer() })),
    /** Only where names are shown. */
    agents: Type.Array(Type.Object({ name: Type.String(), standing: OneOf(standings), since: Time })),
    more: Type.Integer()
  }),
  Type.Object({
    kind: Type.Literal('due'),
    late: Type.Integer(),
    atRisk: Type.Integer(),
    rows: Type.Array(Type.Object({ queue: Type.String(), medium: OneOf(media), dueAt: Time }))
  }),
  /** It is beyond what its keeper may see. */
  Type.Object({ kind: Type.Literal('unavailable') })
])
export type TileState = Static<typeof TileState>

/** By `<page>.<tile>`, both counted from 0. */
export const TileStates = Type.Record(Type.String(), TileState)
export type TileStates = Static<typeof TileStates>

/** What a tile is about, in names, for those that have no label of their own: `<page>.<tile>` → queues and teams. */
const Abouts = Type.Record(Type.String(), Type.Array(Type.String()))

/** A tile as a screen needs it: without what it is computed from. */
const ShownTile = Type.Object({
  kind: OneOf(tileKinds),
  ...Span,
  label: Type.String(),
  figure: Type.Optional(OneOf(figureNames)),
  text: Type.Optional(Type.String())
})
export type ShownTile = Static<typeof ShownTile>

/** All of a wallboard: how it looks, and what it shows. */
export const Wall = Type.Object({
  /** The hub's clock. */
  at: Time,
  version: Version,
  ...shown,
  pages: Type.Array(
    Type.Object({ name: Type.String(), columns: Type.Integer(), tiles: Type.Array(ShownTile) })
  ),
  abouts: Abouts,
  states: TileStates
})
export type Wall = Static<typeof Wall>

export const previewWallboard = defineRoute({
  name: 'wallboard.preview',
  summary: 'What a wallboard that is being written would show at this moment',
  method: 'POST',
  url: '/api/wallboards/preview',
  permission: 'wallboard:write',
  body: Exact({ fields }),
  reply: Wall
})

/** `Authorization: Bearer <token>`; never in an address. */
export const readWall = defineRoute({
  name: 'wall.read',
  summary: 'What a wallboard shows at this moment, for the holder of its token (Authorization: Bearer)',
  method: 'GET',
  url: '/api/wall',
  permission: 'public',
  perMinute: 600,
  reply: Wall
})

/** Why a screen is shown nothing: the link is not known or revoked, over, or was tried too often. */
export const wallRefusals = ['unknown', 'expired', 'too-many'] as const
export type WallRefusal = (typeof wallRefusals)[number]

/** Frames to /api/wall/live; `hello` is the first, within ten seconds. */
export const WallClientFrame = Type.Union([
  Exact({ type: Type.Literal('hello'), token: Type.String({ minLength: 1, maxLength: 200 }) }),
  Exact({ type: Type.Literal('ping') })
])
export type WallClientFrame = Static<typeof WallClientFrame>

/** Frames from there. `tick` comes every few seconds, so that silence is noticed. */
export type WallServerFrame =
  | { type: 'wall'; wall: Wall }
  | { type: 'tiles'; at: string; states: TileStates }
  | { type: 'tick'; at: string }
  | { type: 'refused'; reason: WallRefusal }

export const tickMs = 4000
