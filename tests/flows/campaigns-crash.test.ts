import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CampaignCounts } from '@palabre/config/contract/campaign'
import { Recipient, type RecipientDoc } from '@palabre/hub/campaigns/recipient.model'
import { openReceivingWorld, type ReceivingWorld } from '../simulators/mail/receiving-world.ts'
import { startWorker, type Worker } from './campaigns/crash.ts'
import { campaignIs, mailAccount, makeCampaign, pace, reached, runWith } from './campaigns/desk.ts'
import { Person, eventually, openHouse, type House } from './house.ts'

const people = 2000
let house: House
let world: ReceivingWorld
let admin: Person
let accountId: string
let workers: Worker[] = []

beforeAll(async () => {
  house = await openHouse({ jobs: false })
  world = await openReceivingWorld({ slowMs: 3, keep: false })
  admin = await Person.signIn(house.url, 'admin')
  accountId = await mailAccount(admin, world.port)
  await pace(admin, accountId, { perSecond: 1000, perDomain: 1000, lines: 10 })
  workers = [await startWorker(house), await startWorker(house)]
}, 120_000)

afterAll(async () => {
  for (const worker of workers) await worker.kill()
  await house.stop()
  await world.stop()
}, 60_000)

const audience = (name: string) =>
  Array.from({ length: people }, (_, i) => reached(`${name}-${String(i)}@domain-${String(i % 40)}.example`))

/** Who got it how often, and who never did and is not said to be unknown. */
async function settle(id: string, before: number) {
  const got = new Map<string, number>()
  for (const { to } of world.mails.slice(before)) got.set(to, (got.get(to) ?? 0) + 1)
  const docs = (await Recipient.find({ campaignId: id }).lean()) as RecipientDoc[]
  return {
    twice: [...got].filter(([, times]) => times > 1),
    missing: docs.filter(({ address, state }) => !got.has(address) && state !== 'unknown'),
    wronglySent: docs.filter(({ address, state }) => state === 'sent' && !got.has(address)),
    unknown: docs.filter(({ state }) => state === 'unknown').length,
    unknownNotGot: docs.filter(({ address, state }) => state === 'unknown' && !got.has(address)).length,
    states: [...new Set(docs.map(({ state }) => state))].sort()
  }
}

const sumOf = ({ sent, unknown }: CampaignCounts) => sent + unknown

describe('a campaign whose workers are killed', () => {
  it('reaches everybody once, or says that it does not know', { timeout: 180_000 }, async () => {
    const before = world.mails.length
    const { id } = await makeCampaign(admin, accountId)
    await runWith(house, id, audience('killed'))
    for (const share of [0.2, 0.6]) {
      await eventually('a part of it', () => world.mails.length - before >= people * share, 60_000)
      await Promise.all(workers.map((worker) => worker.kill()))
      workers = await Promise.all([startWorker(house), startWorker(house)])
    }
    const { counts } = await campaignIs(admin, id, 'finished', 90_000)
    const seen = await settle(id, before)
    expect(seen).toMatchObject({ twice: [], missing: [], wronglySent: [] })
    // What was noted as leaving and had no answer: as many as there are lines, for each of two kills, at the most.
    expect(seen.unknown).toBeLessThanOrEqual(40)
    expect(sumOf(counts)).toBe(people)
    expect(counts.unknown).toBe(seen.unknown)
    console.info(`unknown ${String(seen.unknown)}, of them never there ${String(seen.unknownNotGot)}`)
  })

  it('is sent by nobody twice when a worker freezes and wakes', { timeout: 180_000 }, async () => {
    const before = world.mails.length
    const { id } = await makeCampaign(admin, accountId)
    await runWith(house, id, audience('frozen'))
    await eventually('a part of it', () => world.mails.length - before >= people * 0.2, 60_000)
    await Promise.all([workers[0]?.freeze(8000), workers[1]?.freeze(2000)])
    await campaignIs(admin, id, 'finished', 90_000)
    expect(await settle(id, before)).toMatchObject({ twice: [], missing: [], wronglySent: [] })
  })
})
