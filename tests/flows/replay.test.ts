import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Replay, ReplayChange } from '@palabre/config/contract/routing'
import { runCommand } from '@palabre/hub/commands/palabre'
import { Rollup } from '@palabre/hub/rollups/rollup.model'
import { Fact, type FactDoc } from '@palabre/hub/record/fact.model'
import { Person, Visitor, chatAccount, eventually, openHouse, type House } from './house.ts'

let house: House
let accountId: string
let admin: Person
let supervisor: Person
let awa: Person
let boris: Person
let from = ''
let to = ''
const arrivals = 8

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const arrive = async (text: string) => {
  const visitor = await new Visitor(house.url, accountId).connect()
  await visitor.say(text)
  return visitor
}
const replay = (change: ReplayChange = {}, more: Record<string, unknown> = {}) =>
  supervisor.post('/api/routing/replay', { from, to, change, ...more })
const replayed = async (change: ReplayChange = {}): Promise<Replay> => {
  const { status, body } = await replay(change)
  expect(status, JSON.stringify(body)).toBe(200)
  return body as Replay
}
const idOf = (person: Person) => (person.me as { agent: { id: string } }).agent.id
const factsOf = async (name: string) =>
  (await Fact.find({ noun: 'interaction', name }).lean()) as unknown as FactDoc[]

/** Takes and ends one chat after the other, each after so long, until told to stop. */
async function work(person: Person, handleMs: number, until: () => boolean) {
  while (!until()) {
    const { body } = await person.get('/api/inbox')
    const offer = (body as { items: { state: string }[] }).items.find(({ state }) => state === 'offered')
    if (!offer) {
      await sleep(50)
      continue
    }
    const mine = await person.accept(offer as never)
    await sleep(handleMs)
    await person.close(mine.id)
  }
}

beforeAll(async () => {
  house = await openHouse()
  accountId = await chatAccount(house.url)
  admin = await Person.signIn(house.url, 'admin')
  supervisor = await Person.signIn(house.url, 'supervisor')
  awa = await Person.signIn(house.url, 'awa')
  boris = await Person.signIn(house.url, 'boris')
  const { body } = await admin.get('/api/queues')
  const queue = (body as { items: { id: string; name: string; version: number }[] }).items.find(
    ({ name }) => name === 'Customer care'
  )
  const shorter = await admin.send('PATCH', `/api/queues/${queue?.id ?? ''}`, {
    version: queue?.version,
    change: {
      targets: [{ medium: 'chat', seconds: 2 }],
      wrapUp: { mode: 'none', seconds: 0, extensionSeconds: 0 }
    }
  })
  expect(shorter.status, JSON.stringify(shorter.body)).toBe(200)
  for (const person of [awa, boris]) {
    const one = await admin.send('PATCH', `/api/agents/${idOf(person)}`, {
      change: { capacity: { chat: 1 } }
    })
    expect(one.status, JSON.stringify(one.body)).toBe(200)
  }

  from = new Date().toISOString()
  await awa.ready()
  await boris.ready()
  let over = false
  const workers = [awa, boris].map((person) => work(person, 900, () => over))
  const visitors: Visitor[] = []
  for (let i = 0; i < arrivals; i++) {
    visitors.push(await arrive(`traffic ${String(i)}`))
    await sleep(250)
  }
  // The last one loses patience.
  visitors.at(-1)?.write({ type: 'end' })
  await eventually(
    'all of it to be over',
    async () => {
      const ends = await Fact.countDocuments({ noun: 'interaction', name: { $in: ['closed', 'abandoned'] } })
      return ends === arrivals
    },
    30_000
  )
  over = true
  await Promise.all(workers)
  for (const visitor of visitors) visitor.leave()
  await house.hub.relay.settle()
  to = new Date().toISOString()
}, 90_000)
afterAll(() => house.stop())

describe('a replay', () => {
  it('shows as recorded what the facts say', async () => {
    const { recorded, queues } = await replayed()
    const [accepted, abandoned] = await Promise.all([factsOf('accepted'), factsOf('abandoned')])
    const waits = [...accepted, ...abandoned].map(({ figures }) => Number(figures['waitedSeconds']))
    const late = accepted.filter(({ figures }) => figures['late'] === 1).length
    const leftLate = abandoned.filter(({ figures }) => Number(figures['waitedSeconds']) > 2).length
    expect(recorded).toMatchObject({
      arrivals,
      answered: accepted.length,
      abandoned: abandoned.length
    })
    expect(recorded.abandoned).toBe(1)
    // Facts count whole seconds.
    const mean = waits.reduce((sum, seconds) => sum + seconds, 0) / waits.length
    expect(Math.abs(recorded.waitAverageS - mean)).toBeLessThan(0.6)
    expect(Math.abs(recorded.waitLongestS - Math.max(...waits))).toBeLessThan(0.6)
    expect(recorded.serviceLevel).toBeCloseTo((accepted.length - late) / (accepted.length + leftLate))
    const handled = (await factsOf('closed')).reduce(
      (sum, { figures }) => sum + Number(figures['handledSeconds']),
      0
    )
    const there = 2 * ((Date.parse(to) - Date.parse(from)) / 1000)
    expect(Math.abs(recorded.occupancy - handled / there)).toBeLessThan(0.3)
    expect(queues).toHaveLength(1)
    expect(queues[0]).toMatchObject({ name: 'Customer care', recorded: { arrivals, abandoned: 1 } })
  })

  it('comes near to it with the rules and people of now, and is the same each time', async () => {
    const { recorded, asIs, changed } = await replayed()
    expect(asIs.arrivals).toBe(recorded.arrivals)
    expect(Math.abs(asIs.answered - recorded.answered)).toBeLessThanOrEqual(1)
    expect(Math.abs(asIs.waitAverageS - recorded.waitAverageS)).toBeLessThan(0.8)
    expect(Math.abs(asIs.occupancy - recorded.occupancy)).toBeLessThan(0.15)
    expect(changed).toEqual(asIs)
    expect((await replayed()).asIs).toEqual(asIs)
  })

  it('is worse without an agent and better with more like one', async () => {
    const fewer = await replayed({ without: [idOf(boris)] })
    expect(fewer.changed.waitAverageS).toBeGreaterThan(fewer.asIs.waitAverageS + 0.5)
    expect(fewer.changed.serviceLevel).toBeLessThan(fewer.asIs.serviceLevel ?? 0)
    expect(fewer.changed.occupancy).toBeGreaterThan(fewer.asIs.occupancy)
    const more = await replayed({ more: [{ likeAgentId: idOf(awa), count: 6 }] })
    expect(more.changed.waitAverageS).toBeLessThanOrEqual(more.asIs.waitAverageS)
    expect(more.changed.waitAverageS).toBeLessThan(fewer.changed.waitAverageS)
    expect(more.changed).toMatchObject({ serviceLevel: 1, answered: arrivals, abandoned: 0 })
  })

  it('waits for a skill that nobody is left to have', async () => {
    const { changed, asIs } = await replayed({ skills: { [idOf(awa)]: [], [idOf(boris)]: [] } })
    expect(changed.answered).toBe(0)
    expect(changed.waitLongestS).toBeGreaterThan(asIs.waitLongestS)
  })

  it('has nothing to show of a quiet period', async () => {
    const { status, body } = await replay({}, { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ queues: [], recorded: { arrivals: 0, serviceLevel: null, occupancy: 0 } })
  })
})

describe('a replay refuses', () => {
  const nobody = 'f'.repeat(24)
  it.each([
    ['a period that ends before it begins', { to: '2020-01-01T00:00:00Z' }, 'invalid-input'],
    ['more than 31 days', { from: '2026-01-01T00:00:00Z', to: '2026-02-02T00:00:00Z' }, 'invalid-input'],
    ['the future', { from: '2999-01-01T00:00:00Z', to: '2999-01-02T00:00:00Z' }, 'invalid-input'],
    ['an unknown agent', { change: { without: [nobody] } }, 'unknown-reference'],
    ['an unknown example', { change: { more: [{ likeAgentId: nobody, count: 1 }] } }, 'unknown-reference'],
    ['skills of an unknown agent', { change: { skills: { [nobody]: [] } } }, 'unknown-reference'],
    ['an unknown queue', { change: { queues: { [nobody]: { priority: 1 } } } }, 'unknown-reference'],
    ['a rule that there is not', { change: { queues: { [nobody]: { colour: 'red' } } } }, 'invalid-input']
  ])('%s', async (_, more, refusal) => {
    const { status, body } = await replay({}, more)
    expect(body.error).toBe(refusal)
    expect(status).toBeLessThan(500)
    expect(body.fields?.length).toBeGreaterThan(0)
  })

  it('an unknown skill, and requirements that nobody could meet', async () => {
    const skills = { [idOf(awa)]: [{ skillId: nobody, level: 3 }] }
    expect((await replay({ skills })).body.error).toBe('unknown-reference')
    const { body } = await admin.get('/api/queues')
    const queueId = (body as { items: { id: string }[] }).items[0]?.id ?? ''
    const impossible = [{ skillId: nobody, level: 3 }]
    expect((await replay({ queues: { [queueId]: { requirements: impossible } } })).body.error).toBe(
      'unknown-reference'
    )
  })

  it('an agent who asks', async () => {
    const { status } = await awa.post('/api/routing/replay', { from, to, change: {} })
    expect(status).toBe(403)
  })
})

describe('the command line', () => {
  const palabre = (words: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      execFile(
        process.execPath,
        ['--conditions=source', '--import', 'tsx', 'hub/commands/main.ts', ...words],
        {
          env: {
            ...process.env,
            MONGODB_URL: house.hub.env.MONGODB_URL,
            REDIS_URL: house.hub.env.REDIS_URL,
            REDIS_PREFIX: house.hub.env.REDIS_PREFIX,
            DATA_DIR: house.hub.env.DATA_DIR
          }
        },
        (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err })
      )
    })

  it('prints the same figures as one JSON object, and as a table', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'palabre-change-'))
    const file = join(dir, 'change.json')
    const change: ReplayChange = { without: [idOf(boris)] }
    writeFileSync(file, JSON.stringify(change))
    const json = await palabre(['route', 'replay', '--from', from, '--to', to, '--change', file, '--json'])
    expect(json).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(json.out)).toEqual(await replayed(change))
    const table = await palabre(['route', 'replay', '--from', from, '--to', to, '--change', file])
    expect(table.out).toContain('service level')
    expect(table.out.match(/recorded/g)).toHaveLength(2)
    writeFileSync(file, '{"without": "Boris"}')
    const wrong = await palabre(['route', 'replay', '--from', from, '--to', to, '--change', file])
    expect(wrong).toMatchObject({ code: 2, out: '' })
    expect(wrong.err).toContain('/without')
    rmSync(dir, { recursive: true })
  })

  it('says what is wrong: 1 for a refusal, 2 for words that it does not know', async () => {
    const refused = await palabre(['route', 'replay', '--from', to, '--to', from])
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toContain('must be after')
    expect(await runCommand(['route', 'guess'], {})).toBe(2)
    expect(await runCommand(['route', 'replay', '--from', 'soon'], {})).toBe(2)
    expect(await runCommand(['facts', 'rebuild', '--from', '2026-01-02', '--to', '2026-01-01'], {})).toBe(2)
  })

  it('makes sums again, as many as there were', async () => {
    const rebuilt = await palabre(['facts', 'rebuild', '--from', '2026-01-01', '--to', '2026-01-02'])
    const there = await Rollup.countDocuments({
      slot: { $gte: new Date('2026-01-01'), $lt: new Date('2026-01-02') }
    })
    expect(rebuilt).toEqual({ code: 0, err: '', out: `${String(there)} records of sums made again\n` })
  })
})
