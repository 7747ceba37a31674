import { defaultCapacity } from '@palabre/config/contract/routing'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Agent, type AgentDoc } from '@palabre/hub/agents/agent.model'
import { Interaction } from '@palabre/hub/interactions/interaction.model'
import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import { eventually } from '../flows/house.ts'
import { storm, type Struck } from './blows.ts'
import {
  outgoingMail,
  readRecord,
  wrongFacts,
  wrongMessages,
  wrongStates,
  wrongStories,
  type Record
} from './check.ts'
import { chance } from '../floor/random.ts'
import { passClaims, settle } from './settle.ts'
import { isBuilt, openStage, type Stage } from './stage.ts'
import { openWalks, type Walks } from './walks.ts'

/** `PALABRE_CHAOS_MINUTES=20 npm test -- tests/chaos` goes on for so long. */
const minutes = Number(process.env['PALABRE_CHAOS_MINUTES'] ?? 0)
const stormMs = minutes > 0 ? minutes * 60_000 : 35_000
const luck = chance()
const struck: Struck[] = []
let stage: Stage
let walks: Walks
let record: Record
let passed = 0
const overfull: string[] = []

/** Looks at the truth of capacity all the time, not only at the end. */
async function watchCapacity(until: number) {
  while (Date.now() < until) {
    const agents = (await Agent.find()
      .lean()
      .catch(() => [])) as AgentDoc[]
    for (const { name, holds, capacity } of agents)
      for (const [medium, limit] of Object.entries(capacity ?? defaultCapacity.places)) {
        const held = holds.filter((hold) => hold.medium === medium).length
        if (held > limit) overfull.push(`${name}: ${String(held)} of ${String(limit)} ${medium}`)
      }
    await sleep(100)
  }
}

describe.skipIf(!isBuilt)(`a storm of kills and freezes (seed ${String(luck.seed)})`, () => {
  beforeAll(async () => {
    stage = await openStage()
    walks = await openWalks(stage, luck)
    const until = Date.now() + stormMs
    await Promise.all([
      walks.stream(until, 6),
      watchCapacity(until),
      sleep(2000).then(() => storm(stage, luck, until, struck))
    ])
    const over = new Date()
    try {
      await stage.healthy()
      // In the long form the claims of dead workers run out by themselves, in two minutes.
      if (minutes === 0) {
        await sleep(3000)
        passed = await passClaims(over)
      }
      await settle(walks, minutes > 0 ? 240_000 : 90_000)
    } finally {
      tell()
    }
    record = await readRecord()
  }, stormMs + 400_000)
  afterAll(async () => {
    await walks.stop()
    await stage.stop()
  }, 60_000)

  it('loses nothing, doubles nothing, keeps the order', () => {
    expect(wrongMessages(record, walks)).toEqual([])
    expect(walks.visitors.flatMap(({ refusals }) => refusals)).toEqual([])
    expect(walks.post.refusals).toEqual([])
    expect(walks.agents.flatMap(({ refusals }) => refusals)).toEqual([])
  })

  it('leaves every interaction in one consistent state, with its place', () => {
    expect(wrongStates(record)).toEqual([])
  })

  it('never offers or gives one interaction twice, nor an agent more than fits', () => {
    expect(wrongStories(record)).toEqual([])
    expect(overfull).toEqual([])
  })

  it('sends every answer, and once, except where a blow fell between the far side’s 250 and our note of it', () => {
    expect(outgoingMail(record, walks, struck).wrong).toEqual([])
  })

  it('keeps every logged line as a fact, once', () => {
    expect(wrongFacts(record)).toEqual([])
  })

  it('shows customers what is stored', async () => {
    for (const visitor of walks.visitors.slice(-5)) {
      const { messages } = await visitor.reopen()
      const stored = record.messages.filter(
        ({ address, text }) => address.startsWith('anonymous:') && text.includes(`${visitor.name} `)
      )
      expect(messages.map(({ text }) => text)).toEqual(stored.map(({ text }) => text))
    }
  })

  it('shows agents by events what a fresh look shows, and gives them everything that waits', async () => {
    for (const agent of walks.agents) expect([...agent.held()]).toEqual([])
    for (let n = 0; n < 3; n++) {
      walks.beginChat()
      walks.beginThread()
    }
    await eventually(
      'offers of what came in',
      async () => (await Interaction.countDocuments({ state: 'active' })) > 0,
      10_000
    )
    await eventually(
      'nothing waits',
      async () =>
        (await Interaction.countDocuments({
          state: 'queued',
          queuedAt: { $lt: new Date(Date.now() - 3000) }
        })) === 0,
      10_000
    )
    for (const agent of walks.agents)
      await eventually(
        `the picture of ${agent.name}`,
        async () => {
          const { items } = (await agent.ask('GET', '/api/inbox')).body as { items: InteractionWire[] }
          const fresh = items.map(({ id, state, version }) => `${id} ${state} v${String(version)}`).sort()
          const known = [...agent.held()].map(([id, state]) => `${id} ${state}`).sort()
          return JSON.stringify(fresh) === JSON.stringify(known)
        },
        15_000
      )
  }, 60_000)

  it('dies of no other cause than the storm', () => {
    expect([...stage.hubs, ...stage.workers].flatMap(({ ownDeaths }) => ownDeaths)).toEqual([])
  })
})

/** What the run was, for whoever reads its log. */
function tell() {
  const count = new Map<string, number>()
  for (const { blow } of struck) count.set(blow, (count.get(blow) ?? 0) + 1)
  const errors = new Map<string, number>()
  for (const child of [...stage.hubs, ...stage.workers])
    for (const [said, n] of child.errors) errors.set(said, (errors.get(said) ?? 0) + n)
  const { visitors, post, agents, arrivals, threads } = walks
  console.log(
    [
      `chaos: seed ${String(luck.seed)}, ${String(struck.length)} blows: ${[...count].map(([blow, n]) => `${blow} ${String(n)}`).join(', ')}`,
      `chaos: ${String(visitors.length)} chats with ${String(visitors.reduce((sum, { confirmed }) => sum + confirmed.length, 0))} lines, ${String(threads.size)} mail threads with ${String(post.accepted.length)} mails, ${String(agents.reduce((sum, { answered }) => sum + answered.length, 0))} answers, ${String(arrivals.length)} mails out (${String(arrivals.length - new Set(arrivals.map(({ messageId }) => messageId)).size)} of them repeats), ${String(passed)} claims passed`,
      `chaos: ${String(post.retries)} SMTP retries, ${String(agents.reduce((sum, { resumes }) => sum + resumes, 0))} resumes, ${String(agents.reduce((sum, { resyncs }) => sum + resyncs, 0))} resyncs`,
      ...stage.engineLog.map((line) => `chaos: ${line}`),
      ...[...stage.hubs, ...stage.workers].map(
        ({ name, failedStarts }) => `chaos: ${name} failed to start ${String(failedStarts)} times`
      ),
      ...[...errors].map(([said, n]) => `chaos: logged ${String(n)}× ${said}`)
    ].join('\n')
  )
}
