import { pino } from 'pino'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Agent } from '@palabre/config/contract/agent'
import type { BoardCell, BoardQuarter } from '@palabre/config/contract/board'
import {
  wallboard,
  type TileStates,
  type Wall,
  type WallServerFrame
} from '@palabre/config/contract/wallboard'
import { dayStart } from '@palabre/config/figures/day-start'
import { figuresOf, type FigureName } from '@palabre/config/figures/figures'
import { buildApp, type App } from '@palabre/hub/app'
import { connectHub, type ConnectedHub } from '@palabre/hub/connect'
import { Person, Visitor, chatAccount, clientId, eventually, openHouse, type House } from './house.ts'
import { hire, recordNamed } from './people.ts'

const everything = { queueIds: [], channels: [], accountIds: [], media: [], teamIds: [], siteIds: [] }
const zone = 'Africa/Dakar'
type Filter = { [K in keyof typeof everything]: string[] }

const figure = (name: FigureName, filter: Filter = everything, more = {}) => ({
  ...{ kind: 'figure', columns: 1, rows: 1, label: '', figure: name, filter },
  ...{ comparison: 'above', warn: null, danger: null, ...more }
})
const list = (kind: string, filter: Filter = everything) => ({ kind, columns: 2, rows: 2, label: '', filter })
const board = (name: string, tiles: object[], more = {}) => ({
  ...wallboard.defaults,
  ...{ name, timeZone: zone, pages: [{ name: '', columns: 4, tiles }], ...more }
})

/** A television: it has a token and nothing else. */
class Screen {
  wall: Wall | null = null
  states: TileStates = {}
  frames: WallServerFrame[] = []
  texts: string[] = []
  closed: number | null = null
  readonly socket: WebSocket

  constructor(url: string, token: string) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/api/wall/live`)
    this.socket.on('open', () => this.socket.send(JSON.stringify({ type: 'hello', token })))
    this.socket.on('message', (data: Buffer) => this.#hear(data.toString()))
    this.socket.on('close', (code) => (this.closed = code))
    this.socket.on('error', () => {})
  }

  #hear(text: string) {
    this.texts.push(text)
    const frame = JSON.parse(text) as WallServerFrame
    this.frames.push(frame)
    if (frame.type === 'wall') {
      this.wall = frame.wall
      this.states = frame.wall.states
    }
    if (frame.type === 'tiles') this.states = { ...this.states, ...frame.states }
  }

  shown = () => eventually('the wallboard', () => this.wall)
  refusal = () =>
    eventually('a refusal', () => {
      const frame = this.frames.find(({ type }) => type === 'refused')
      return frame?.type === 'refused' ? frame.reason : null
    })
  ended = () => eventually('the end of the line', () => this.closed)
  value(key: string): number | null | undefined {
    const state = this.states[key]
    return state?.kind === 'figure' ? state.value : undefined
  }
}

describe('a wallboard', () => {
  let house: House
  let other: { hub: ConnectedHub; app: App; url: string }
  const logged: string[] = []
  let admin: Person
  let boris: Person
  let awa: Person
  let visitor: Visitor
  let care: string
  let bankTeam: string
  const screens: Screen[] = []
  const tokens: string[] = []

  beforeAll(async () => {
    house = await openHouse()
    // A second node, with everything that it would write down.
    const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
    const hub = await connectHub(house.hub.env, log as never)
    const app = await buildApp(hub)
    await app.listen({ host: '127.0.0.1', port: 0 })
    other = { hub, app, url: app.listeningOrigin.replace('localhost', '127.0.0.1') }
    admin = await Person.signIn(house.url, 'admin')
    boris = await Person.signIn(house.url, 'boris')
    awa = await Person.signIn(house.url, 'awa')
    care = (await recordNamed(admin, '/api/queues', 'Customer care')).id
    bankTeam = (await recordNamed(admin, '/api/teams', 'Bank floor')).id
    visitor = await new Visitor(house.url, await chatAccount(house.url)).connect()
  }, 60_000)
  afterAll(async () => {
    for (const screen of screens) screen.socket.close()
    for (const person of [admin, boris, awa]) person.leave()
    visitor.leave()
    await other.app.close()
    await other.hub.queues.close()
    await other.hub.stream.close()
    other.hub.redis.disconnect()
    await house.stop()
  }, 60_000)

  const make = async (person: Person, fields: object) => {
    const { status, body } = await person.post('/api/wallboards', fields)
    expect(status, JSON.stringify(body)).toBe(200)
    return body as { id: string; version: number }
  }
  const link = async (person: Person, id: string, expiresAt: string | null = null): Promise<string> => {
    const { status, body } = await person.post(`/api/wallboards/${id}/link`, { expiresAt })
    expect(status, JSON.stringify(body)).toBe(200)
    tokens.push(body.token as string)
    return body.token as string
  }
  const screen = (url: string, token: string) => {
    const one = new Screen(url, token)
    screens.push(one)
    return one
  }
  const read = async (url: string, token: string) => {
    const response = await fetch(`${url}/api/wall`, { headers: { authorization: `Bearer ${token}` } })
    return {
      status: response.status,
      body: (await response.json()) as Wall & { error?: string; detail?: string }
    }
  }
  const linkOf = async (id: string) =>
    (
      (await admin.get('/api/wallboards/links')).body.items as {
        wallboardId: string
        link: { seenAt: string }
      }[]
    ).find(({ wallboardId }) => wallboardId === id)?.link

  it('is shown on both nodes to whoever has its token, and tells what changes', async () => {
    const { id } = await make(
      admin,
      board('Entrance', [
        figure('waiting', everything, { warn: 0, danger: 1 }),
        figure('oldestWaitMs'),
        list('queues'),
        list('agents'),
        list('due'),
        { kind: 'clock', columns: 1, rows: 1, label: '' }
      ])
    )
    expect((await linkOf(id)) ?? null).toBeNull()
    const token = await link(admin, id)
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const here = screen(house.url, token)
    const there = screen(other.url, token)
    for (const one of [here, there]) expect((await one.shown()).pages[0]?.tiles).toHaveLength(6)
    expect([here.value('0.0'), there.value('0.0')]).toEqual([0, 0])

    await visitor.say('my secret question', clientId(), { form: { name: 'Zanzibar Client' } })
    for (const one of [here, there]) {
      await eventually('one to wait', () => one.value('0.0') === 1)
      expect(one.states['0.0']).toMatchObject({ level: 'warn' })
      expect(one.states['0.1']).toMatchObject({ since: expect.any(String) as string })
      expect(one.states['0.4']).toMatchObject({ rows: [{ queue: 'Customer care', medium: 'chat' }] })
    }
    expect((await linkOf(id))?.seenAt).toBeTruthy()
    // The figures of the moment leave with the work.
    await awa.atDesk()
    const work = await awa.accept(await awa.offer('my secret question'))
    for (const one of [here, there]) await eventually('nobody to wait', () => one.value('0.0') === 0)
    await awa.close(work.id)
  })

  it('shows the figures of the board', async () => {
    const names: FigureName[] = ['waiting', 'active', 'arrived', 'answered', 'handled', 'serviceLevel']
    names.push('asaMs', 'ahtMs', 'agentsSignedIn', 'agentsReady', 'agentsBusy', 'abandoned', 'inHand')
    const filters = [everything, { ...everything, queueIds: [care] }, { ...everything, teamIds: [bankTeam] }]
    const tiles = filters.flatMap((filter) => names.map((name) => figure(name, filter)))
    const { id } = await make(
      admin,
      board('Board', tiles.slice(0, 24), {
        pages: [
          { name: 'a', columns: 4, tiles: tiles.slice(0, 24) },
          { name: 'b', columns: 4, tiles: tiles.slice(24) }
        ]
      })
    )
    const one = screen(other.url, await link(admin, id))
    await one.shown()
    await eventually('the facts to be counted', () => one.value('0.3') === 1)

    const from = dayStart(zone, Date.now())
    const { body } = await admin.get(`/api/board?from=${new Date(from).toISOString()}`)
    const [agents, teams, queues] = await Promise.all(
      ['agents', 'teams', 'queues'].map(async (noun) => (await admin.get(`/api/${noun}`)).body.items as never)
    )
    const floor = {
      cells: body.cells as BoardCell[],
      quarters: body.quarters as BoardQuarter[],
      agents: agents as unknown as Agent[],
      teams: teams!,
      queues: queues!
    }
    for (const [f, filter] of filters.entries()) {
      const kept = Object.fromEntries(Object.entries(filter).filter(([, wanted]) => wanted.length > 0))
      const figures = figuresOf(floor, { ...kept, from }, Date.now())
      for (const [n, name] of names.entries()) {
        const at = f * names.length + n
        const key = at < 24 ? `0.${String(at)}` : `1.${String(at - 24)}`
        expect([name, f, one.value(key)]).toEqual([name, f, figures[name]])
      }
    }
    expect((await read(house.url, tokens.at(-1)!)).body.states['0.3']).toMatchObject({ value: 1 })
  })

  it('tells nobody’s name, words or ids, and the agents’ names only when that is wanted', async () => {
    const people = (await admin.get('/api/agents')).body.items as { name: string }[]
    const said = screens.flatMap(({ texts }) => texts).join('\n')
    expect(said.length).toBeGreaterThan(1000)
    for (const word of ['Zanzibar', 'secret', ...people.map(({ name }) => name)])
      expect(said).not.toContain(word)
    // Of all that is on record none of the ids, queues' among them.
    expect(said).not.toMatch(/[0-9a-f]{24}/)

    const { id } = await make(admin, board('Names', [list('agents')], { showNames: true }))
    const named = screen(house.url, await link(admin, id))
    await named.shown()
    expect(JSON.stringify(named.states)).toContain(awa.me.user.name)
    const plain = screen(
      house.url,
      await link(admin, (await make(admin, board('No names', [list('agents')]))).id)
    )
    await plain.shown()
    expect(plain.states['0.0']).toMatchObject({ agents: [], counts: expect.any(Array) as unknown[] })
  })

  it('ends at once on every node when its link is revoked or renewed, and when it is archived', async () => {
    const { id } = await make(admin, board('Revoked', [figure('waiting')]))
    const open = async (token: string) => {
      const both = [screen(house.url, token), screen(other.url, token)]
      for (const one of both) await one.shown()
      return both
    }
    const first = await link(admin, id)
    let both = await open(first)
    expect((await admin.send('DELETE', `/api/wallboards/${id}/link`)).status).toBe(200)
    for (const one of both) expect([await one.refusal(), await one.ended()]).toEqual(['unknown', 1008])
    for (const url of [house.url, other.url]) expect(await read(url, first)).toMatchObject({ status: 401 })

    const second = await link(admin, id)
    both = await open(second)
    const third = await link(admin, id)
    for (const one of both) expect(await one.refusal()).toBe('unknown')
    both = await open(third)
    expect((await admin.send('DELETE', `/api/wallboards/${id}`)).status).toBe(200)
    for (const one of both) expect(await one.refusal()).toBe('unknown')
    await admin.post(`/api/wallboards/${id}/restore`)
    expect((await read(house.url, third)).status).toBe(401)
  })

  it('ends when its link is over', async () => {
    const { id } = await make(admin, board('Short', [figure('waiting')]))
    expect(
      (await admin.post(`/api/wallboards/${id}/link`, { expiresAt: new Date().toISOString() })).status
    ).toBe(400)
    const token = await link(admin, id, new Date(Date.now() + 2500).toISOString())
    const one = screen(other.url, token)
    await one.shown()
    expect([await one.refusal(), await one.ended()]).toEqual(['expired', 1008])
    expect(await read(house.url, token)).toMatchObject({ status: 401, body: { detail: 'The link is over' } })
    expect(await screen(house.url, token).refusal()).toBe('expired')
  })

  it('shows what its keeper may see, also after that became less', async () => {
    const queueId = (await recordNamed(admin, '/api/queues', 'Loans')).id as string
    const teamId = (await admin.post('/api/teams', { name: 'Loans only', queueIds: [queueId] })).body
      .id as string
    const lead = await hire(admin, { name: 'Lea Lead', roles: ['supervisor'] })
    const look = async (lookedAfter: string[] | null) => {
      const users = (await admin.get('/api/users')).body.items as { id: string; version: number }[]
      const { version } = users.find(({ id }) => id === lead.me.user.id)!
      const path = `/api/users/${String(lead.me.user.id)}`
      expect((await admin.send('PATCH', path, { version, change: { lookedAfter } })).status).toBe(200)
    }
    await look([bankTeam, teamId])
    const beyond = await lead.post('/api/wallboards', board('Too much', [figure('waiting')]))
    expect(beyond).toMatchObject({ status: 400 })
    const fields = board('Hers', [
      figure('waiting', { ...everything, queueIds: [care] }),
      figure('waiting', { ...everything, queueIds: [queueId] }),
      list('queues', { ...everything, teamIds: [bankTeam] })
    ])
    const { id } = await make(lead, fields)
    const one = screen(other.url, await link(lead, id))
    await one.shown()
    expect(one.value('0.0')).toBe(0)

    await look([teamId])
    await eventually('the tile to be not available', () => one.states['0.0']?.kind === 'unavailable')
    expect(one.states['0.2']).toEqual({ kind: 'unavailable' })
    expect(one.value('0.1')).toBe(0)
    expect((await read(house.url, tokens.at(-1)!)).body.states['0.0']).toEqual({ kind: 'unavailable' })
    const again = await lead.post('/api/wallboards', { ...fields, name: 'Hers again' })
    expect(again).toMatchObject({ status: 422, body: { error: 'unknown-reference' } })
    // It is still hers to put right, and nobody's whose scope it is not in.
    const lists = async (person: Person) =>
      ((await person.get('/api/wallboards')).body.items as { id: string }[]).some((found) => found.id === id)
    expect(await lists(lead)).toBe(true)
    const stranger = await hire(admin, { name: 'Sol Stranger', roles: ['supervisor'] })
    const { version } = (
      (await admin.get('/api/users')).body.items as { id: string; version: number }[]
    ).find((user) => user.id === stranger.me.user.id)!
    const path = `/api/users/${String(stranger.me.user.id)}`
    await admin.send('PATCH', path, { version, change: { lookedAfter: [teamId] } })
    await eventually('the scope', async () => !(await lists(stranger)))
    expect((await stranger.post(`/api/wallboards/${id}/link`, { expiresAt: null })).status).toBe(404)

    await look([bankTeam, teamId])
    await eventually('the tile to be back', () => one.value('0.0') === 0)
  })

  it('refuses tokens that nobody holds, and after too many of them the address', async () => {
    expect((await fetch(`${house.url}/api/wall`)).status).toBe(401)
    const forged = 'A'.repeat(43)
    tokens.push(forged)
    expect(await read(house.url, forged)).toMatchObject({ status: 401, body: { error: 'not-signed-in' } })
    const one = screen(house.url, forged)
    expect([await one.refusal(), await one.ended()]).toEqual(['unknown', 1008])
    // The second node counts.
    const statuses = new Set<number>()
    for (let n = 0; n < 125; n++) statuses.add((await read(other.url, forged)).status)
    expect(statuses).toEqual(new Set([401, 429]))
    expect(await screen(other.url, forged).refusal()).toBe('too-many')
  })

  it('is closed to screens that say something else, or come from a foreign page', async () => {
    const { id } = await make(admin, board('Quiet', [figure('waiting')]))
    const token = await link(admin, id)
    const one = screen(house.url, token)
    await one.shown()
    one.socket.send(JSON.stringify({ type: 'watch', topics: ['board'] }))
    expect(await one.ended()).toBe(1008)
    const foreign = new WebSocket(`${house.url.replace('http', 'ws')}/api/wall/live`, {
      origin: 'https://elsewhere.example'
    })
    const status = await new Promise((resolve) =>
      foreign
        .on('unexpected-response', (_request, response) => resolve(response.statusCode))
        .on('error', () => {})
    )
    expect(status).toBe(403)
  })

  it('is kept by those who may, and by nobody else', async () => {
    expect((await boris.get('/api/wallboards')).status).toBe(403)
    expect((await boris.post('/api/wallboards', board('Mine', [figure('waiting')]))).status).toBe(403)
    const wrong = board('Wrong', [figure('serviceLevel', everything, { warn: 80 })])
    expect((await admin.post('/api/wallboards', wrong)).body.fields[0].path).toBe('pages/0/tiles/0/warn')
    expect(
      (await admin.post('/api/wallboards', board('Zone', [figure('waiting')], { timeZone: 'Moon' }))).status
    ).toBe(400)
    expect((await admin.post('/api/wallboards', board('Entrance', [figure('waiting')]))).body.error).toBe(
      'already-exists'
    )
  })

  it('writes no token down', async () => {
    await Promise.all(tokens.map((token) => fetch(`${other.url}/wall/${token}`)))
    expect(logged.length).toBeGreaterThan(0)
    for (const token of tokens) expect(logged.join('')).not.toContain(token)
  })
})
