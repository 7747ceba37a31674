import type { Server } from 'node:http'
import { WebSocketServer, type WebSocket } from 'ws'
import {
  wallboard,
  type Tile,
  type TileState,
  type Wall,
  type WallboardFields,
  type WallLink,
  type WallRefusal,
  type WallServerFrame
} from '@palabre/config/contract/wallboard'
import type { OtherSockets } from '../api-hub.ts'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { ago, keep, newId, type Kept } from './world.ts'

/** The wallboards of the stand-in, their links, and the screens that hang on them. */
export interface WallWorld {
  records: Kept[]
  links: Map<string, NonNullable<WallLink['link']>>
  sockets: OtherSockets
  /** What screens are shown. */
  fields: WallboardFields
  refusal: WallRefusal | null
  /** Screens that hang on it now. */
  screens: Set<WebSocket>
  tell: (frame: WallServerFrame) => void
}

const ahead = (seconds: number) => ago(-seconds)
const queues = ['Cards', 'Everyday banking', 'Loans and mortgages for companies', 'Fraud']

/** Plausible states for any tile. */
function stateOf(tile: Tile, n: number): TileState | null {
  switch (tile.kind) {
    case 'figure': {
      const share = /Level|abandonment|occupancy/.test(tile.figure)
      const value = share ? 0.834 : tile.figure.endsWith('Ms') ? 187_000 : [7, 0, 12, 1284][n % 4]!
      const level =
        tile.danger !== null && value > tile.danger
          ? 'danger'
          : tile.warn !== null && value > tile.warn
            ? 'warn'
            : 'ok'
      return { kind: 'figure', value, since: tile.figure === 'oldestWaitMs' ? ago(187) : null, level }
    }
    case 'queues':
      return {
        kind: 'queues',
        rows: queues.map((name, at) => ({
          name,
          waiting: 12 - 4 * at,
          oldestSince: at < 3 ? ago(187 - at * 40) : null,
          late: at === 0 ? 2 : 0,
          atRisk: at,
          serviceLevel: at === 3 ? null : 0.91 - at * 0.1,
          agentsReady: at
        })),
        more: 3
      }
    case 'agents':
      return {
        kind: 'agents',
        counts: (['ready', 'busy', 'wrapUp', 'paused', 'noAnswer'] as const).map((standing, at) => ({
          standing,
          count: [14, 32, 5, 8, 1][at]!
        })),
        agents: [],
        more: 0
      }
    case 'due':
      return {
        kind: 'due',
        late: 2,
        atRisk: 3,
        rows: queues.map((queue, at) => ({ queue, medium: 'chat', dueAt: ahead(at * 45 - 65) }))
      }
    default:
      return null
  }
}

/** What a hub would show of these fields. */
export function wallOf(fields: WallboardFields, version = 1): Wall {
  const { title, pageSeconds, theme, locale, timeZone, showNames } = fields
  const states: Wall['states'] = {}
  for (const [p, { tiles }] of fields.pages.entries())
    for (const [t, tile] of tiles.entries()) {
      const state = stateOf(tile, t)
      if (state) states[`${String(p)}.${String(t)}`] = state
    }
  return {
    ...{ at: ago(0), version, title, pageSeconds, theme, locale, timeZone, showNames, states, abouts: {} },
    pages: fields.pages.map(({ name, columns, tiles }) => ({
      ...{ name, columns },
      tiles: tiles.map((tile) => ({
        ...{ kind: tile.kind, columns: tile.columns, rows: tile.rows, label: tile.label },
        ...(tile.kind === 'figure' && { figure: tile.figure }),
        ...(tile.kind === 'message' && { text: tile.text })
      }))
    }))
  }
}

const filter = { queueIds: [], channels: [], accountIds: [], media: [], teamIds: [], siteIds: [] }
type FigureTile = Extract<Tile, { kind: 'figure' }>
const figure = (name: FigureTile['figure'], danger: number | null = null): Tile => ({
  ...{ kind: 'figure', columns: 1, rows: 1, label: '', figure: name, filter, comparison: 'above' },
  ...{ warn: danger === null ? null : danger / 2, danger }
})
const list = (kind: 'queues' | 'agents' | 'due', columns = 2): Tile => ({
  kind,
  columns,
  rows: 2,
  label: '',
  filter
})

/** Two pages of a floor. */
export const wallFields = (change: Partial<WallboardFields> = {}): WallboardFields => ({
  ...{ name: 'Entrance', title: 'Customer service', pageSeconds: 5, theme: 'dark', locale: 'en' },
  ...{ timeZone: 'Africa/Dakar', showNames: false },
  pages: [
    {
      ...{ name: 'Now', columns: 4 },
      tiles: [
        figure('waiting', 5),
        figure('oldestWaitMs', 240_000),
        figure('agentsReady'),
        figure('serviceLevelNow'),
        list('queues'),
        list('due')
      ]
    },
    {
      ...{ name: 'Today', columns: 3 },
      tiles: [
        figure('arrived'),
        figure('abandonment'),
        figure('ahtMs'),
        list('agents'),
        {
          kind: 'message',
          columns: 1,
          rows: 1,
          label: 'Today',
          text: 'Coffee and cake at three: thank you all.'
        },
        { kind: 'clock', columns: 1, rows: 1, label: '' }
      ]
    }
  ],
  ...change
})

export function wallWorld(): WallWorld {
  const upgrades = new WebSocketServer({ noServer: true })
  const world: WallWorld = {
    records: [],
    links: new Map(),
    fields: wallFields(),
    refusal: null,
    screens: new Set(),
    tell: (frame) => {
      for (const screen of world.screens) screen.send(JSON.stringify(frame))
    },
    sockets: {
      takes: (url) => url.startsWith('/api/wall/live'),
      open: (server: Server) => {
        server.on('upgrade', (request, socket, head) => {
          if (!request.url?.startsWith('/api/wall/live')) return
          upgrades.handleUpgrade(request, socket, head, (screen) => {
            screen.on('message', (data: Buffer) => {
              const frame = JSON.parse(data.toString()) as { type: string }
              if (frame.type !== 'hello') return
              const { refusal } = world
              const answer: WallServerFrame = refusal
                ? { type: 'refused', reason: refusal }
                : { type: 'wall', wall: wallOf(world.fields) }
              screen.send(JSON.stringify(answer))
              if (refusal) screen.close(1008)
              else world.screens.add(screen)
            })
            screen.on('close', () => world.screens.delete(screen))
          })
        })
      }
    }
  }
  return world
}

/** What wallboards answer. */
export function wallAnswers(far: WallWorld): Answers {
  const one = ({ params }: Asked) => {
    const record = far.records.find(({ id }) => id === params['id'])
    if (!record) throw new Refuse('not-found')
    return record
  }
  const told = ({ push }: Asked, record: Kept) => {
    push('setting.changed', { resource: 'wallboard', id: record.id })
    return record
  }
  const linkOf = ({ id }: Kept): WallLink => ({
    ...{ wallboardId: id, keeper: { id, name: 'Sam Demo' } },
    link: far.links.get(id) ?? null
  })
  const archive = (archived: boolean) => (asked: Asked) =>
    told(asked, Object.assign(one(asked), { archived, version: one(asked).version + 1 }))
  return {
    'wallboard.list': ({ query }) => ({
      items: far.records.filter(({ archived }) => !archived || query['archived'] === 'true')
    }),
    'wallboard.create': (asked) => {
      const record = keep({ ...wallboard.defaults, ...asked.body, updatedAt: ago(0) })
      far.records.push(record)
      return told(asked, record)
    },
    'wallboard.update': (asked) => {
      const record = one(asked)
      if (record.version !== asked.body.version) throw new Refuse('changed-meanwhile')
      return told(asked, Object.assign(record, asked.body.change, { version: record.version + 1 }))
    },
    'wallboard.archive': archive(true),
    'wallboard.restore': archive(false),
    'wallboard.links': () => ({ items: far.records.map(linkOf) }),
    'wallboard.makeLink': (asked) => {
      const { expiresAt } = asked.body
      const record = one(asked)
      far.links.set(record.id, {
        madeAt: ago(0),
        madeBy: 'Sam Demo',
        expiresAt,
        seenAt: null,
        seenAddress: null
      })
      return { token: `token-of-${newId()}`, link: linkOf(told(asked, record)) }
    },
    'wallboard.revokeLink': (asked) => {
      const record = one(asked)
      far.links.delete(record.id)
      return linkOf(told(asked, record))
    },
    'wallboard.preview': ({ body }) => wallOf(body.fields)
  }
}
