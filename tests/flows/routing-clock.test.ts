import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import { Interaction, type InteractionDoc } from '@palabre/hub/interactions/interaction.model'
import { sweepDue } from '@palabre/workers/jobs/sweep-due'
import { Person, Visitor, chatAccount, eventually, openHouse, type House } from './house.ts'
import { hire, recordNamed } from './people.ts'

const hourMs = 3_600_000

/** The machine's clock, that somebody sets. Timers run on; only what asks for the time of day is told another one. */
const RealDate = Date
let aheadMs = 0
const toldNow = () => RealDate.now() + aheadMs
const SetDate = new Proxy(RealDate, {
  construct: (target, args, made) =>
    Reflect.construct(target, args.length === 0 ? [toldNow()] : args, made) as Date,
  get: (target, key) => (key === 'now' ? toldNow : (Reflect.get(target, key) as unknown))
})

let house: House
let accountId: string
let admin: Person
/** Takes one chat at a time, and knows a little of cards. */
let solo: Person
let careId: string
let teamId: string
let cardsId: string
let dispositionId: string
const visitors: Visitor[] = []

beforeAll(async () => {
  globalThis.Date = SetDate
  house = await openHouse()
  accountId = await chatAccount(house.url)
  admin = await Person.signIn(house.url, 'admin')
  careId = (await recordNamed(admin, '/api/queues', 'Customer care')).id
  teamId = (await recordNamed(admin, '/api/teams', 'Bank floor')).id
  cardsId = (await recordNamed(admin, '/api/skills', 'Cards and accounts')).id
  const { items } = (await admin.get('/api/dispositions')).body as {
    items: { id: string; noteRequired: boolean }[]
  }
  dispositionId = items.find(({ noteRequired }) => !noteRequired)!.id
  solo = await hire(admin, {
    name: 'Solo',
    teamId,
    skills: [{ skillId: cardsId, level: 1 }],
    capacity: { chat: 1 }
  })
  await solo.listen()
})
afterEach(() => {
  for (const visitor of visitors.splice(0)) visitor.leave()
})
afterAll(async () => {
  solo.leave()
  await house.stop()
  globalThis.Date = RealDate
})

const setClock = (ms: number) => {
  aheadMs = ms
}
const setQueue = async (change: Record<string, unknown>) => {
  const { version } = await recordNamed(admin, '/api/queues', 'Customer care')
  const answer = await admin.send('PATCH', `/api/queues/${careId}`, { version, change })
  expect(answer.body).toMatchObject({ id: careId })
}
/** Nobody here knows enough, until so much time has passed. */
const asksMuchUntil = (afterSeconds: number) =>
  setQueue({
    requirements: [{ skillId: cardsId, level: 5 }],
    relaxation: {
      steps: [{ afterSeconds, lowerLevelsBy: 4, dropSkillIds: [], addQueueIds: [], addTeamIds: [] }],
      ending: { rule: 'never' }
    }
  })
const arrive = async (text: string) => {
  const visitor = await new Visitor(house.url, accountId).connect()
  visitors.push(visitor)
  await visitor.say(text)
  return eventually(`${text} to wait`, () => found(text))
}
const found = async (text: string) =>
  (await Interaction.findOne({ preview: text, state: { $ne: 'closed' } }).lean()) as InteractionDoc | null
const stateOf = async (text: string) => (await found(text))?.state
/**
 * Taken and finished. Who was not heard of for an hour may be taken for gone until their next sign of life: they come
 * back, and what they had comes back to them.
 */
const finish = (text: string) =>
  eventually(
    `the end of ${text}`,
    async () => {
      await solo.ready()
      const { items } = (await solo.get('/api/inbox')).body as { items: InteractionWire[] }
      const mine = items.find(({ preview }) => preview === text)
      if (mine?.state === 'offered')
        await solo.post(`/api/interactions/${mine.id}/accept`, { offerId: mine.offer?.id })
      if (mine) await solo.post(`/api/interactions/${mine.id}/close`, { dispositionId })
      return (await found(text)) === null
    },
    20_000
  )
const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Whom each was with, line by line: it is offered to one who has nothing of it, and accepted by that one, once. */
async function expectNoneTwice() {
  for (const { log } of (await Interaction.find().lean()) as InteractionDoc[]) {
    let offeredTo: string | null = null
    let isAccepted = false
    for (const { name, figures } of log) {
      if (name === 'offered') {
        expect(offeredTo).toBeNull()
        offeredTo = String(figures?.['agentId'])
      } else if (name === 'accepted') {
        expect([isAccepted, String(figures?.['agentId'])]).toEqual([false, offeredTo])
        isAccepted = true
      } else if (['declined', 'expired', 'withdrawn', 'requeued', 'closed'].includes(name)) {
        offeredTo = null
        isAccepted = false
      }
    }
  }
}

describe('a clock that is set', () => {
  it('an hour forward brings at once what that hour would have brought, and offers it once', async () => {
    await asksMuchUntil(1800)
    await solo.ready()
    await arrive('half an hour too early')
    await pass(1500)
    expect(await stateOf('half an hour too early')).toBe('queued')
    setClock(hourMs)
    await finish('half an hour too early')
    const { log } = (await Interaction.findOne({
      preview: 'half an hour too early'
    }).lean()) as InteractionDoc
    const offered = log.filter(({ name }) => name === 'offered')
    expect(offered.flatMap(({ reasons }) => reasons?.map(({ code }) => code))).toContain('relaxed')
    await expectNoneTwice()
  })

  it('an hour back keeps who waited before who comes now, and lets their time run from there', async () => {
    await asksMuchUntil(4)
    setClock(hourMs)
    await solo.send('PUT', '/api/me/presence', { state: 'offline' })
    await arrive('was here before')
    setClock(0)
    // The next tick sees it.
    await pass(1500)
    await arrive('came after')
    await solo.ready()
    const first = await eventually('an offer', () => Interaction.findOne({ state: 'offered' }).lean(), 20_000)
    expect(first.preview).toBe('was here before')
    await finish('was here before')
    await finish('came after')
    await expectNoneTwice()
  })

  it('an hour back lets no offer stand an hour longer', async () => {
    await setQueue({ requirements: [], relaxation: { steps: [], ending: { rule: 'never' } } })
    setClock(hourMs)
    await solo.ready()
    await arrive('offered in the future')
    const first = await solo.offer('offered in the future')
    setClock(0)
    await sweepDue(house.hub, {})
    await eventually('the end of the offer', async () => {
      const doc = await found('offered in the future')
      return doc?.offer?.id.toHexString() !== first.offer?.id
    })
    await finish('offered in the future')
    await expectNoneTwice()
  })
})

describe('a queue in which somebody waits', () => {
  it('is not archived under them; emptied into another one it may be', async () => {
    await solo.send('PUT', '/api/me/presence', { state: 'offline' })
    const care = await recordNamed(admin, '/api/queues', 'Customer care')
    const { id: _id, version: _version, archived: _archived, updatedAt: _updatedAt, ...fields } = care
    const closing = (await admin.post('/api/queues', { ...fields, name: 'To be closed' })).body
    await arrive('waits in what closes')
    await Interaction.updateOne({ preview: 'waits in what closes' }, { queueId: closing.id })
    const archive = () => admin.send('DELETE', `/api/queues/${closing.id}`)
    expect((await archive()).body.error).toBe('still-in-use')
    const moved = await admin.post(`/api/queues/${closing.id}/empty`, { toQueueId: careId })
    expect(moved.body.moved).toBe(1)
    await eventually(
      'the move',
      async () => String((await found('waits in what closes'))?.queueId) === careId
    )
    expect((await archive()).body.archived).toBe(true)
    await finish('waits in what closes')
  })
})
