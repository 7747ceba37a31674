import { Types } from 'mongoose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Fact, type FactDoc } from '@palabre/hub/record/fact.model'
import { mostInteractions } from '@palabre/hub/routing/replay/read-traffic'
import { openHouse, Person, type House } from './house.ts'

const from = '2020-03-02T08:00:00.000Z'
const to = '2020-03-02T09:00:00.000Z'
const batch = 10_000

let house: House
let supervisor: Person
beforeAll(async () => {
  house = await openHouse({ jobs: false })
  supervisor = await Person.signIn(house.url, 'supervisor')
}, 60_000)
afterAll(() => house?.stop())

const replay = () => supervisor.post('/api/routing/replay', { from, to, change: {} })

const arrival = (): FactDoc => {
  const recordId = new Types.ObjectId()
  return {
    _id: `${recordId.toHexString()}:1`,
    noun: 'interaction',
    recordId,
    n: 1,
    at: new Date(from),
    name: 'arrived',
    byId: null,
    figures: {}
  }
}

it('replays a period with as much as may be, and refuses one with more, saying how much may be', async () => {
  for (let made = 0; made < mostInteractions; made += batch)
    await Fact.collection.insertMany(Array.from({ length: batch }, arrival) as never[])
  expect((await replay()).status).toBe(200)
  await Fact.collection.insertOne(arrival() as never)
  const { status, body } = await replay()
  expect(status).toBe(413)
  expect(body).toMatchObject({
    error: 'too-large',
    detail: expect.stringContaining(String(mostInteractions))
  })
}, 120_000)
