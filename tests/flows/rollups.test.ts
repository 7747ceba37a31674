import mongoose from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IntervalRecord } from '@palabre/hub/intervals/interval.model'
import { Interaction } from '@palabre/hub/interactions/interaction.model'
import { Fact } from '@palabre/hub/record/fact.model'
import { rebuildRollups } from '@palabre/hub/rollups/rebuild'
import { Rollup, type RollupDoc } from '@palabre/hub/rollups/rollup.model'
import { takeFacts } from '@palabre/hub/rollups/take-facts'
import { startGraph, type Graph } from '../simulators/graph/graph.ts'
import type { GraphNumber } from '../simulators/graph/webhooks.ts'
import { eventually, openHouse, Person, type House } from './house.ts'
import { recordNamed } from './people.ts'

const number: GraphNumber = {
  phoneNumberId: '106540352242922',
  wabaId: '102290129340398',
  display: '221338890000',
  accessToken: 'access-of-the-number',
  appSecret: 'secret of the app 0123456789'
}

const sum = (docs: readonly Pick<RollupDoc, 'sums'>[], name: string) =>
  docs.reduce((total, { sums }) => total + (sums[name] ?? 0), 0)

describe('facts of a floor', () => {
  let house: House
  let graph: Graph
  let boris: Person
  let hour: { from: Date; to: Date }

  beforeAll(async () => {
    // Facts are taken by this test alone, so that it can be killed in between.
    house = await openHouse({ jobs: false })
    graph = await startGraph([number])
    const admin = await Person.signIn(house.url, 'admin')
    boris = await Person.signIn(house.url, 'boris')
    const { phoneNumberId, wabaId, accessToken, appSecret } = number
    const { body } = await admin.post('/api/accounts', {
      channel: 'whatsapp',
      name: 'WhatsApp',
      queueId: (await recordNamed(admin, '/api/queues', 'Loans')).id,
      settings: {
        phoneNumberId,
        wabaId,
        accessToken,
        appSecret,
        verifyToken: 'agreed words',
        graphUrl: graph.url
      }
    })
    graph.hook(`${house.url}/hooks/${body.id as string}`)
    await boris.atDesk()
    hour = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 3_600_000) }
  }, 60_000)
  afterAll(async () => {
    await graph.stop()
    await house.stop()
  }, 60_000)

  const told = async () => {
    await house.hub.relay.settle()
    return Fact.countDocuments({ after: { $exists: true } })
  }
  const queueSums = () => Rollup.find({ kind: 'queue' }).lean() as Promise<RollupDoc[]>

  it('become intervals without gaps, and sums that are what happened', async () => {
    for (const n of [1, 2, 3]) {
      const text = `Question ${String(n)} of the floor`
      await graph.write(number, `22177500000${String(n)}`, { type: 'text', text: { body: text } })
      const work = await boris.accept(await boris.offer(text))
      const { body } = await boris.post(`/api/interactions/${work.id}/close`, {})
      expect(body.state).toMatch(/closed|wrapup/)
    }
    await eventually('all lines to be facts', async () => (await told()) > 0)
    while ((await takeFacts(house.hub)) > 0);

    const works = await Interaction.find({ channel: 'whatsapp' }).lean()
    expect(works).toHaveLength(3)
    for (const { _id } of works) {
      const spans = await IntervalRecord.find({ recordId: _id }).sort({ n: 1 }).lean()
      expect(spans.map(({ state }) => state).slice(0, 3)).toEqual(['queued', 'offered', 'active'])
      for (const [i, span] of spans.slice(0, -1).entries()) expect(span.to).toEqual(spans[i + 1]!.from)
      expect(spans[1]!.agentId).toBe(boris.me.agent.id)
    }
    const sums = await queueSums()
    expect(sum(sums, 'arrived')).toBe(3)
    expect(sum(sums, 'answered')).toBe(3)
    expect(sum(sums, 'offers')).toBe(3)
    const agents = (await Rollup.find({ kind: 'agent', agentId: boris.me.agent.id }).lean()) as RollupDoc[]
    expect(sum(agents, 'answered')).toBe(3)
  })

  it('are added once, although whoever adds them is killed at every step, or two do it at once', async () => {
    await Rollup.deleteMany({})
    await IntervalRecord.deleteMany({})
    await Fact.updateMany({ after: { $exists: true } }, { $set: { fresh: true } })
    const { rollups, intervals, rollupbatches } = {
      rollups: Rollup.collection,
      intervals: IntervalRecord.collection,
      rollupbatches: mongoose.connection.collection('rollupBatches')
    }
    let left = 0
    let kills = 0
    // So many writes go through, then everything fails: before the batch, at it, in the sums, at the facts, at its end.
    const lives = [0, 1, 2, 1, 2, 9]
    const guarded = [
      [intervals, 'bulkWrite'],
      [rollups, 'bulkWrite'],
      [Fact.collection, 'updateMany'],
      [rollupbatches, 'updateOne']
    ] as const
    const originals = guarded.map(([collection, name]) => Reflect.get(collection, name) as () => unknown)
    const guard = () => {
      guarded.forEach(([collection, name], i) => {
        Reflect.set(collection, name, (...words: unknown[]) => {
          if (left-- <= 0) {
            kills++
            return Promise.reject(new Error('killed'))
          }
          return Reflect.apply(originals[i]!, collection, words)
        })
      })
    }
    const release = () =>
      guarded.forEach(([collection, name], i) => Reflect.set(collection, name, originals[i]))
    guard()
    for (const steps of lives) {
      left = steps
      await takeFacts(house.hub).catch(() => 0)
    }
    release()
    expect(kills).toBe(lives.length - 1)
    await Promise.all([takeFacts(house.hub), takeFacts(house.hub), takeFacts(house.hub)])
    while ((await takeFacts(house.hub)) > 0);
    const sums = await queueSums()
    expect(sum(sums, 'arrived')).toBe(3)
    expect(sum(sums, 'answered')).toBe(3)
    expect(await Fact.countDocuments({ fresh: true })).toBe(0)
  })

  it('give the same sums when they are made again', async () => {
    const before = (await Rollup.find({}, { batch: 0 }).sort({ _id: 1 }).lean()) as unknown as RollupDoc[]
    expect(before.length).toBeGreaterThan(1)
    await Rollup.updateMany({}, { $set: { 'sums.arrived': 99 } })
    const inTwoHours = new Date(Date.now() + 2 * 3_600_000)
    await rebuildRollups(hour.from, hour.to, inTwoHours)
    const after = (await Rollup.find({}, { batch: 0 }).sort({ _id: 1 }).lean()) as unknown as RollupDoc[]
    expect(after).toEqual(before)
  })
})
