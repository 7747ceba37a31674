import { Types } from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Interaction } from '@palabre/hub/interactions/interaction.model'
import { Fact } from '@palabre/hub/record/fact.model'
import { Person, Visitor, chatAccount, eventually, openHouse, type House } from './house.ts'
import { recordNamed } from './people.ts'

let house: House
let accountId: string
let admin: Person
let awa: Person
let careId: string
let telegramsId: string
const visitors: Visitor[] = []

beforeAll(async () => {
  house = await openHouse()
  accountId = await chatAccount(house.url)
  admin = await Person.signIn(house.url, 'admin')
  awa = await Person.signIn(house.url, 'awa')
  careId = (await recordNamed(admin, '/api/queues', 'Customer care')).id
  telegramsId = (await admin.post('/api/skills', { name: 'Telegrams', description: '' })).body.id
  // What waits goes to nobody by the rules that are kept.
  const queue = (await admin.get('/api/queues')).body.items.find(({ id }: { id: string }) => id === careId)
  const change = {
    requirements: [{ skillId: telegramsId, level: 1 }],
    sticky: { ...queue.sticky, mode: 'off' }
  }
  await admin.send('PATCH', `/api/queues/${careId}`, { version: queue.version, change })
})
afterAll(() => house.stop())
beforeEach(async () => {
  for (const visitor of visitors.splice(0)) visitor.leave()
})

const arrive = async (text: string) => {
  const visitor = await new Visitor(house.url, accountId).connect()
  visitors.push(visitor)
  await visitor.say(text)
  await eventually(text, () => Interaction.findOne({ preview: text, state: 'queued' }).lean())
}

describe('the preview of rules', () => {
  const reasonOf = async (requirements: object[]) => {
    const { body } = await admin.post(`/api/queues/${careId}/preview`, { change: { requirements } })
    const [first] = body.items as { agentId: string | null; reasons: { code: string }[] }[]
    expect(first!.agentId).toBeNull()
    return first!.reasons
  }
  const named = (...people: Person[]) => [{ agentIds: people.map(({ me }) => String(me.agent.id)) }]

  it('says why what waits goes to nobody: nobody has the skill, or nobody is there', async () => {
    await arrive('why nobody')
    const skilled = await reasonOf([{ skillId: telegramsId, level: 1 }])
    expect(skilled).toMatchObject([{ code: 'nobody-skilled' }])
    expect(await reasonOf(named(awa))).toEqual([{ code: 'nobody-there', figures: { away: 1 } }])
    await awa.ready()
    const { body } = await admin.post(`/api/queues/${careId}/preview`, {
      change: { requirements: named(awa) }
    })
    expect(body.items[0]).toMatchObject({ agentId: awa.me.agent.id })
    expect(body.items[0].reasons[0].code).toBe('waited')
  })

  it('says of what comes later that the free ones get what comes first', async () => {
    for (let n = 0; n < 6; n++) await arrive(`one of many ${String(n)}`)
    const { body } = await admin.post(`/api/queues/${careId}/preview`, {
      change: { requirements: named(awa) }
    })
    const [first, ...rest] = body.items as { agentId: string | null; reasons: { code: string }[] }[]
    expect(first!.agentId).toBe(awa.me.agent.id)
    const left = rest.filter(({ agentId }) => agentId === null)
    expect(left.length).toBeGreaterThan(0)
    for (const { reasons } of left)
      expect(reasons).toEqual([{ code: 'others-first', figures: { agents: 1 } }])
  })
})

describe('the errors of estimates', () => {
  it('are counted by queue, half, nine of ten and within a minute, from the facts of the period', async () => {
    const from = Date.parse('2026-01-01T00:00:00Z')
    const queueIds = [new Types.ObjectId(), new Types.ObjectId()] as const
    const fact = (n: number, queueId: Types.ObjectId, waitedSeconds: number, estimated: number | null) => ({
      _id: `estimate-${String(n)}`,
      noun: 'interaction',
      recordId: new Types.ObjectId(),
      n,
      at: new Date(from + n * 1000),
      name: 'accepted',
      byId: null,
      queueId,
      figures: { waitedSeconds, ...(estimated !== null && { estimatedSeconds: estimated }) }
    })
    const facts = Array.from({ length: 10 }, (_, n) => fact(n, queueIds[0], n * 10, 0))
    await Fact.insertMany([
      ...facts,
      fact(10, queueIds[1], 30, 100),
      fact(11, queueIds[1], 30, null),
      fact(5000, queueIds[1], 30, 30)
    ])
    const asked = (query: string, person = admin) => person.get(`/api/routing/estimate-errors?${query}`)
    const query = `from=${new Date(from).toISOString()}&to=${new Date(from + 60_000).toISOString()}`
    const { body } = await asked(query)
    const of = (id: Types.ObjectId) =>
      body.items.find(({ queueId }: { queueId: string }) => queueId === id.toHexString())
    expect(of(queueIds[0])).toEqual({
      queueId: queueIds[0].toHexString(),
      told: 10,
      meanErrorS: 45,
      meanAbsoluteErrorS: 45,
      medianAbsoluteErrorS: 40,
      p90AbsoluteErrorS: 80,
      withinMinute: 0.7,
      meanWaitS: 45
    })
    expect(of(queueIds[1])).toMatchObject({ told: 1, meanErrorS: -70, withinMinute: 0 })
    expect(body.items).toHaveLength(2)
    expect((await asked(query, awa)).status).toBe(403)
  })
})
