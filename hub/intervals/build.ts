import type { AnyBulkWriteOperation, Types } from 'mongoose'
import type { FactDoc } from '../record/fact.model.ts'
import { IntervalRecord, type IntervalDoc } from './interval.model.ts'
import { endsOf } from './link.ts'

/** A fact that tells where its record stands. */
export type StandingFact = FactDoc & Required<Pick<FactDoc, 'after'>> & Record<string, unknown>

const grouping = ['channel', 'medium', 'accountId', 'teamId', 'contactId'] as const

/**
 * Writes the intervals that these facts begin, and ends those before them. A repeat, or another order, gives the same in
 * the end.
 */
export async function buildIntervals(facts: readonly StandingFact[]): Promise<void> {
  if (facts.length === 0) return
  const begun = new Map(facts.map((fact) => [fact._id, intervalOf(fact)]))
  const known = await neighboursOf(facts)
  for (const doc of known) if (!begun.has(doc._id)) begun.set(doc._id, doc)
  const before = new Map(known.map((doc) => [doc._id, doc]))
  const byRecord = new Map<string, IntervalDoc[]>()
  for (const doc of begun.values()) {
    const id = doc.recordId.toHexString()
    byRecord.set(id, [...(byRecord.get(id) ?? []), doc])
  }
  const writes: AnyBulkWriteOperation[] = []
  for (const docs of byRecord.values()) {
    const ends = endsOf(docs)
    for (const doc of docs) {
      const to = ends.get(doc.n) ?? null
      const was = before.get(doc._id)
      if (was && String(was.to) === String(to)) continue
      writes.push({
        replaceOne: { filter: { _id: doc._id as never }, replacement: { ...doc, to } as never, upsert: true }
      })
    }
  }
  if (writes.length > 0) await IntervalRecord.collection.bulkWrite(writes as never, { ordered: false })
}

function intervalOf(fact: StandingFact): IntervalDoc {
  const { _id, noun, recordId, n, at, after } = fact
  return {
    _id,
    noun,
    recordId,
    n,
    state: after.state,
    from: at,
    to: null,
    queueId: after.queueId ?? null,
    agentId: after.agentId ?? (noun === 'agent' ? recordId.toHexString() : null),
    detail: after.detail ?? null,
    of: Object.fromEntries(
      grouping.filter((name) => fact[name] !== undefined).map((name) => [name, fact[name]])
    )
  }
}

/** Of each record: what is known from its earliest line here on, and the one before. */
async function neighboursOf(facts: readonly StandingFact[]): Promise<IntervalDoc[]> {
  const first = new Map<string, { recordId: Types.ObjectId; n: number }>()
  for (const { recordId, n } of facts) {
    const id = recordId.toHexString()
    if (n < (first.get(id)?.n ?? Infinity)) first.set(id, { recordId, n })
  }
  const least = Math.min(...[...first.values()].map(({ n }) => n))
  const ids = [...first.values()].map(({ recordId }) => recordId)
  const found = (await IntervalRecord.find({
    recordId: { $in: ids },
    $or: [{ n: { $gte: least } }, { to: null }]
  }).lean()) as IntervalDoc[]
  const isBefore = (id: string, n: number) =>
    found.some((doc) => doc.recordId.toHexString() === id && doc.n < n)
  // The one that lasts is mostly the one before; else a line came late.
  const late = [...first].filter(([id, { n }]) => n > 1 && !isBefore(id, n))
  const others = await Promise.all(
    late.map(
      ([, { recordId, n }]) =>
        IntervalRecord.findOne({ recordId, n: { $lt: n } })
          .sort({ n: -1 })
          .lean() as Promise<IntervalDoc | null>
    )
  )
  return [...found, ...others.filter((doc) => doc !== null)]
}
