import { quarterMs, quarterOf } from '@palabre/config/figures/quarters'
import { buildIntervals, type StandingFact } from '../intervals/build.ts'
import { Fact } from '../record/fact.model.ts'
import { readBatch } from './batch.ts'
import { countedNames, sumUp, type Addition } from './contributions.ts'
import { Rollup } from './rollup.model.ts'

/** An agent is in one state no longer than this, or its time before it is left out. */
const longestStateMs = 7 * 86_400_000
const atOnce = 5000

/**
 * Makes the intervals and sums of a stretch of time again from its facts, and puts them in the place of what is there.
 * The stretch is widened to whole quarters, and has to be over for an hour: of what is under way facts still come.
 * Returns how many records of sums there are.
 */
export async function rebuildRollups(from: Date, to: Date, now = new Date()): Promise<number> {
  const first = quarterOf(+from)
  const end = Math.min(quarterOf(+to - 1) + quarterMs, quarterOf(+now - 3_600_000))
  if (end <= first) return 0
  const sums = new Map<string, Addition>()
  const isWithin = ({ key: { slot } }: Addition) => +slot >= first && +slot < end
  for await (const facts of factsIn(new Date(first), new Date(Math.min(end + longestStateMs, +now)))) {
    await buildIntervals(facts.filter(({ at }) => +at < end))
    for (const addition of sumUp(facts).filter(isWithin)) merge(sums, addition)
  }
  const { batch } = await readBatch()
  await Rollup.deleteMany({
    slot: { $gte: new Date(first), $lt: new Date(end) },
    _id: { $nin: [...sums.keys()] }
  })
  if (sums.size > 0)
    await Rollup.collection.bulkWrite(
      [...sums.values()].map(({ key: { _id, ...fields }, sums: all }) => ({
        replaceOne: {
          filter: { _id: _id as never },
          replacement: { ...fields, sums: all, batch },
          upsert: true
        }
      })) as never,
      { ordered: false }
    )
  return sums.size
}

function merge(all: Map<string, Addition>, { key, sums }: Addition) {
  const entry = all.get(key._id) ?? { key, sums: {} }
  all.set(key._id, entry)
  for (const [name, value] of Object.entries(sums)) entry.sums[name] = (entry.sums[name] ?? 0) + value
}

/** Facts that say where something stands, in order; those that are still fresh are not in any sum, and stay out. */
async function* factsIn(from: Date, to: Date): AsyncGenerator<StandingFact[]> {
  const cursor = Fact.find({
    noun: { $in: ['interaction', 'agent'] },
    name: { $in: countedNames },
    at: { $gte: from, $lt: to },
    after: { $exists: true },
    fresh: { $exists: false }
  })
    .sort({ at: 1 })
    .lean()
    .cursor({ batchSize: atOnce }) as AsyncIterable<unknown>
  let some: StandingFact[] = []
  for await (const fact of cursor) {
    some.push(fact as StandingFact)
    if (some.length < atOnce) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}
