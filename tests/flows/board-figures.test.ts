import { Types } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BoardItem } from '@palabre/config/contract/board'
import type { Medium } from '@palabre/config/contract/routing'
import type { Queue, Team } from '@palabre/config/contract/setting'
import { definitions, shareOf } from '@palabre/config/figures/definitions'
import {
  figureNames,
  figuresOf,
  type FigureName,
  type Figures,
  type Filter,
  type Floor
} from '@palabre/config/figures/figures'
import { groupings, groupsOf } from '@palabre/config/figures/groups'
import { missOffer } from '@palabre/hub/interactions/decline'
import { abandonInteraction } from '@palabre/hub/interactions/close'
import { Interaction, type InteractionDoc } from '@palabre/hub/interactions/interaction.model'
import { Fact } from '@palabre/hub/record/fact.model'
import { startGraph, type Graph } from '../simulators/graph/graph.ts'
import type { GraphNumber } from '../simulators/graph/webhooks.ts'
import { chatAccount, eventually, openHouse, Person, Visitor, type House } from './house.ts'
import { hire, recordNamed } from './people.ts'

const number: GraphNumber = {
  phoneNumberId: '106540352242933',
  wabaId: '102290129340399',
  display: '221338890001',
  accessToken: 'access-of-the-number',
  appSecret: 'secret of the app 0123456789'
}
const from = Date.now() - 3_600_000
const today: Filter = { from }

/** The facts of one name, as they were written. */
interface Line {
  name: string
  at: Date
  medium: Medium
  figures: Record<string, unknown>
  after: { queueId: string }
  accountId: Types.ObjectId
  channel: string
}
const linesNamed = async (name: string) =>
  (await Fact.find({ noun: 'interaction', name, at: { $gte: new Date(from) } }).lean()) as unknown as Line[]

describe('the figures of the board', () => {
  let house: House
  let graph: Graph
  let admin: Person
  let boris: Person
  let zoe: Person
  let supervisor: Person
  const ids: Record<string, string> = {}

  beforeAll(async () => {
    house = await openHouse()
    graph = await startGraph([number])
    admin = await Person.signIn(house.url, 'admin')
    boris = await Person.signIn(house.url, 'boris')
    supervisor = await Person.signIn(house.url, 'supervisor')
    const loans = await recordNamed(admin, '/api/queues', 'Loans')
    ids['loans'] = loans.id
    const targeted = await admin.send('PATCH', `/api/queues/${String(loans.id)}`, {
      version: loans.version,
      change: { targets: [{ medium: 'messaging', seconds: 3600 }], missesAllowed: 5 }
    })
    expect(targeted.status, JSON.stringify(targeted.body)).toBe(200)
    const open = await admin.post('/api/queues', { name: 'Anybody', targets: [] })
    expect(open.status, JSON.stringify(open.body)).toBe(200)
    const site = await admin.post('/api/sites', { name: 'Dakar', timeZone: 'Africa/Dakar' })
    const team = await admin.post('/api/teams', {
      name: 'Night shift',
      queueIds: [open.body.id],
      siteId: site.body.id
    })
    expect(team.status, JSON.stringify(team.body)).toBe(200)
    ids['night'] = team.body.id
    ids['open'] = open.body.id
    zoe = await hire(admin, {
      name: 'Zoe',
      teamId: team.body.id as string,
      capacity: { messaging: 5, chat: 5 }
    })
    const { phoneNumberId, wabaId, accessToken, appSecret } = number
    const account = await admin.post('/api/accounts', {
      channel: 'whatsapp',
      name: 'WhatsApp',
      queueId: loans.id,
      settings: {
        phoneNumberId,
        wabaId,
        accessToken,
        appSecret,
        verifyToken: 'agreed words',
        graphUrl: graph.url
      }
    })
    expect(account.status, JSON.stringify(account.body)).toBe(200)
    graph.hook(`${house.url}/hooks/${account.body.id as string}`)
  }, 60_000)
  afterAll(async () => {
    for (const person of [boris, zoe, supervisor]) person.leave()
    await graph.stop()
    await house.stop()
  }, 60_000)

  let count = 0
  const write = async () => {
    const text = `Question ${String(++count)} to be counted`
    await graph.write(number, `2217770000${String(10 + count)}`, { type: 'text', text: { body: text } })
    return text
  }
  const found = (text: string) =>
    eventually(`"${text}" to have come`, async () => {
      const { body } = await supervisor.get('/api/interactions?limit=100')
      return (body as { items: { id: string; preview: string }[] }).items.find(({ preview }) =>
        preview.includes(text)
      )
    })

  async function readFloor(): Promise<Floor> {
    const [board, agents, teams, queues] = await Promise.all([
      supervisor.get(`/api/board?from=${new Date(from).toISOString()}`),
      supervisor.get('/api/agents'),
      supervisor.get('/api/teams'),
      supervisor.get('/api/queues')
    ])
    return {
      cells: board.body.cells,
      quarters: board.body.quarters,
      agents: agents.body.items,
      teams: teams.body.items as Team[],
      queues: queues.body.items as Queue[]
    }
  }
  const factsAreCounted = () =>
    eventually('all facts to be in the sums', async () => {
      await house.hub.relay.settle()
      return (await Fact.countDocuments({ fresh: true })) === 0
    })
  const figuresNow = async (within: Partial<Filter> = {}): Promise<Figures> =>
    figuresOf(await readFloor(), { ...today, ...within }, Date.now())
  async function itemsOf(figure: FigureName, within: Partial<Filter> = {}, limit = 2) {
    const { from: _, ...lists } = { ...today, ...within }
    const query = new URLSearchParams({ figure, from: new Date(from).toISOString(), limit: String(limit) })
    for (const [name, ids] of Object.entries(lists)) query.set(name, (ids as string[]).join())
    const items: BoardItem[] = []
    let total = 0
    let after: string | undefined
    do {
      if (after) query.set('after', after)
      const { status, body } = await supervisor.get(`/api/board/items?${query}`)
      expect(status, JSON.stringify(body)).toBe(200)
      total = body.total as number
      items.push(...(body.items as BoardItem[]))
      after = body.next as string | undefined
    } while (after)
    return { total, items }
  }

  it('are those of what was stored, on a floor where everything happened', async () => {
    // Answered and closed; answered by two, one after the other; missed, then answered; abandoned; in hand; waiting.
    await boris.atDesk()
    const closed = await boris.accept(await boris.offer(await write()))
    await boris.close(closed.id)
    const handed = await boris.accept(await boris.offer(await write()))
    await zoe.atDesk()
    await boris.post(`/api/interactions/${handed.id}/transfer`, { to: { queueId: ids['open'] } })
    const hers = await zoe.accept(await zoe.offer())
    expect(hers.id).toBe(handed.id)
    await zoe.close(hers.id)
    const missed = await boris.offer(await write())
    const wasMissed = await missOffer(
      house.hub,
      missed.id,
      { offerId: missed.offer!.id, agentId: new Types.ObjectId(boris.me.agent.id as string) },
      'test'
    )
    expect(wasMissed).toBe(true)
    await boris.accept(await boris.offer())
    const visitor = await new Visitor(house.url, await chatAccount(house.url)).connect()
    await boris.send('PUT', '/api/me/presence', {
      state: 'paused',
      pauseReasonId: (await boris.get('/api/pause-reasons')).body.items[0].id
    })
    const gone = await found(await write())
    await abandonInteraction(house.hub, gone.id)
    await found(await write())
    await visitor.say('a chat beside them', undefined, { form: { name: 'Client' } })
    await found('a chat beside them')
    visitor.leave()
    await factsAreCounted()

    const all = await figuresNow()
    const works = (await Interaction.find().lean()) as unknown as InteractionDoc[]
    const inState = (...states: string[]) => works.filter(({ state }) => states.includes(state)).length
    expect(all.waiting).toBe(inState('queued', 'offered'))
    expect(all.offered).toBe(inState('offered'))
    expect(all.active).toBe(inState('active'))
    expect(all.wrapUp).toBe(inState('wrapup'))
    expect(all.arrived).toBe(works.length)
    expect(all.waiting).toBeGreaterThanOrEqual(2)
    expect(all.active).toBe(1)

    const [accepted, abandoned, expired, ended] = await Promise.all(
      ['accepted', 'abandoned', 'expired', 'closed'].map(linesNamed)
    )
    expect(all.answered).toBe(accepted!.length)
    expect(accepted).toHaveLength(4)
    expect(all.abandoned).toBe(abandoned!.length)
    expect(abandoned).toHaveLength(1)
    expect(all.missed).toBe(expired!.length)
    expect(expired).toHaveLength(1)
    const byHand = ended!.filter(({ figures }) => 'handledSeconds' in figures)
    expect(all.handled).toBe(byHand.length)
    expect(all.automatic).toBe(ended!.length - byHand.length)
    const seconds = (lines: Line[], name: string) =>
      lines.reduce((sum, { figures }) => sum + Number(figures[name] ?? 0), 0)
    expect(all.asaMs).toBeCloseTo((seconds(accepted!, 'waitedSeconds') * 1000) / accepted!.length)
    expect(all.ahtMs).toBeCloseTo((seconds(byHand, 'handledSeconds') * 1000) / byHand.length)

    // The queue without a target does not count.
    const hasTarget = ({ after, medium }: Line) => after.queueId === ids['loans'] && medium === 'messaging'
    const [answered, left] = [accepted!.filter(hasTarget), abandoned!.filter(hasTarget)]
    const inTarget = answered.filter(({ figures }) => figures['late'] === 0)
    expect(answered).toHaveLength(3)
    expect(all.serviceLevel).toBeCloseTo(inTarget.length / (answered.length + left.length))
    expect(all.serviceLevel).toBeCloseTo(3 / 4)
    expect(all.serviceLevelNow).toBeCloseTo(3 / 4)
    expect(all.serviceLevelWithoutShort).toBe(1)
    expect(all.serviceLevelAnswered).toBe(1)
    expect(all.abandonment).toBeCloseTo(1 / 5)

    expect(all.agentsSignedIn).toBe(2)
    expect(all.agentsPaused).toBe(1)
    expect(all.inHand).toBe(works.filter(({ state }) => state === 'active' || state === 'offered').length)
    expect(all.occupancy).toBeGreaterThan(0)
    expect(all.occupancy).toBeLessThanOrEqual(1)
  }, 60_000)

  it('are whole when the parts are put together, by queue, channel, campaign, team and site', async () => {
    const floor = await readFloor()
    const now = Date.now()
    const whole = figuresOf(floor, today, now)
    for (const by of groupings)
      for (const name of figureNames.filter(
        (one) => definitions[one].unit === 'count' && shareOf(one, by) === 'own'
      )) {
        const parts = groupsOf(by, floor).map(
          ({ within }) => figuresOf(floor, { ...today, ...within }, now)[name]
        )
        expect(
          parts.reduce((sum: number, part) => sum + (part ?? 0), 0),
          `${name} by ${by}`
        ).toBe(whole[name] ?? 0)
      }
    const night = figuresOf(floor, { ...today, teamIds: [ids['night']!] }, now)
    expect([night.answered, night.handled, night.agentsSignedIn]).toEqual([1, 1, 1])
  })

  it('have as many items behind them as they say, however small the pages', async () => {
    const floor = await readFloor()
    const [loans, night] = [ids['loans']!, ids['night']!]
    const parts: Partial<Filter>[] = [
      {},
      { queueIds: [loans] },
      { teamIds: [night] },
      { channels: ['whatsapp'] },
      { siteIds: ['none'] },
      { accountIds: [floor.cells.find(({ channel }) => channel === 'whatsapp')!.accountId] }
    ]
    let checked = 0
    for (const within of parts) {
      const figures = figuresOf(floor, { ...today, ...within }, Date.now())
      for (const name of figureNames.filter((one) => definitions[one].unit === 'count')) {
        if (definitions[name].items.of === 'agents') continue
        const { total, items } = await itemsOf(name, within)
        expect(total, `${name} of ${JSON.stringify(within)}`).toBe(figures[name] ?? 0)
        expect(new Set(items.map(({ id }) => id)).size).toBe(total)
        checked += total
      }
    }
    expect(checked).toBeGreaterThan(30)

    const level = await itemsOf('serviceLevel')
    const good = level.items.filter(({ inTarget }) => inTarget === true)
    expect(good.length / level.total).toBeCloseTo(figuresOf(floor, today, Date.now()).serviceLevel!)
    expect((await itemsOf('serviceLevelWithoutShort')).total).toBe(level.total - 1)
  }, 60_000)

  it('show nothing of other teams to who looks after some of them', async () => {
    const chief = await hire(admin, { name: 'Chief', roles: ['supervisor'] })
    const { version } = (await admin.get('/api/users')).body.items.find(
      ({ id }: { id: string }) => id === chief.me.user.id
    )
    await admin.send('PATCH', `/api/users/${String(chief.me.user.id)}`, {
      version,
      change: { lookedAfter: [ids['night']] }
    })
    const query = `from=${new Date(from).toISOString()}`
    const seen = async (figure: FigureName, more = '') =>
      (await chief.get(`/api/board/items?figure=${figure}&${query}${more}`)).body.total as number
    await eventually('the scope to be known', async () => (await seen('arrived')) === 0)
    expect(await seen('answered')).toBe(1)
    expect(await seen('answered', '&teamIds=none')).toBe(0)
    expect(await seen('waiting')).toBe(0)
    const waiting = (await itemsOf('waiting')).items[0]!
    const work = await chief.get(`/api/board/work?ids=${waiting.id}`)
    expect(work.body.items).toEqual([])
    expect((await supervisor.get(`/api/board/work?ids=${waiting.id}`)).body.items).toHaveLength(1)
    chief.leave()
  }, 30_000)

  it('refuse what is no page, no list, or nobody’s business', async () => {
    const query = `from=${new Date(from).toISOString()}`
    const status = async (person: Person, words: string) =>
      (await person.get(`/api/board/items?${query}&${words}`)).status
    expect(await status(supervisor, 'figure=agentsReady')).toBe(400)
    expect(await status(supervisor, 'figure=arrived&after=nonsense')).toBe(400)
    expect(await status(supervisor, 'figure=arrived&queueIds=1;2')).toBe(400)
    expect(await status(boris, 'figure=arrived')).toBe(403)
  })
})
