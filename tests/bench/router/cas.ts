import mongoose from 'mongoose'
import { updateOf } from '@palabre/hub/record/change'
import { each } from '../figures.ts'
import type { Db } from '../stage/stage.ts'

const { ObjectId } = mongoose.mongo
type ObjectId = mongoose.mongo.ObjectId

/** As many as the driver has connections, at most. */
const widths = [1, 8, 32, 64, 100]
const copiedAtOnce = 500

interface Item {
  _id: ObjectId
  version: number
  logged: number
}

export interface CasRate {
  perSecond: number
  /** Calls under way at the same time. */
  width: number
}

/**
 * As many interactions as there are, with the indexes that they have, all waiting. Their stories end where each began
 * to wait, so that a write is as large as the offer's.
 */
async function copyWaiting(db: Db): Promise<Item[]> {
  const from = db.collection('interactions')
  const to = db.collection('waiting')
  for (const { key, unique, partialFilterExpression } of await from.indexes())
    if (!('_id' in key))
      await to.createIndex(key, {
        ...(unique && { unique }),
        ...(partialFilterExpression && { partialFilterExpression })
      })
  const items: Item[] = []
  let batch: object[] = []
  const store = async () => {
    if (batch.length > 0) await to.insertMany(batch)
    batch = []
  }
  for await (const { _id, log, ...doc } of from.find()) {
    items.push({ _id, version: 1, logged: 1 })
    batch.push({
      ...doc,
      _id,
      ...{ version: 1, logged: 1, log: (log as unknown[]).slice(0, 1) },
      ...{ state: 'queued', agentId: null, offer: null, openKey: _id.toHexString() },
      ...{ acceptedAt: null, closedAt: null, wrapUp: null, dispositionId: null }
    })
    if (batch.length === copiedAtOnce) await store()
  }
  await store()
  return items
}

/** All wait again. */
const reset = (db: Db) =>
  db
    .collection('waiting')
    .updateMany({}, [
      { $set: { state: 'queued', version: 1, logged: 1, offer: null, log: { $slice: ['$log', 1] } } }
    ])

/** The change that an offer makes, as the hub writes it; true when it was as expected. */
async function offer(db: Db, item: Item, agentId: ObjectId): Promise<boolean> {
  const now = new Date()
  const id = new ObjectId()
  const reasons = [{ code: 'longest-idle', figures: { seconds: 12 } }]
  const figures = { agentId: agentId.toHexString(), offerId: id.toHexString(), seconds: 600 }
  const written = await db.collection('waiting').findOneAndUpdate(
    { _id: item._id, version: item.version, state: 'queued' },
    updateOf(
      item,
      {
        set: {
          state: 'offered',
          offer: { id, agentId, at: now, expiresAt: new Date(now.getTime() + 600_000), reasons }
        },
        entries: [{ name: 'offered', figures, reasons }]
      },
      now
    ) as never,
    { returnDocument: 'after', writeConcern: { w: 'majority', journal: true } }
  )
  return written !== null
}

/**
 * The raw compare-and-set rate of the database on what the bench has left in it: one command, one journalled write, as
 * an offer writes it, at the concurrency that gives most.
 */
export async function measureCas(
  db: Db,
  { ms, note }: { ms: number; note: (line: string) => void }
): Promise<CasRate> {
  const items = await copyWaiting(db)
  const agentId = new ObjectId()
  let best: CasRate = { perSecond: 0, width: 0 }
  const told: string[] = []
  for (const width of widths) {
    let spent = 0
    let done = 0
    while (spent < ms) {
      await reset(db)
      const start = performance.now()
      await each(items, width, async (item) => {
        if (spent + performance.now() - start > ms) return
        if (!(await offer(db, item, agentId))) throw new Error('a compare-and-set of nobody else failed')
        done += 1
      })
      spent += performance.now() - start
    }
    const perSecond = (done / spent) * 1000
    told.push(`${perSecond.toFixed(0)} (${String(width)})`)
    if (perSecond > best.perSecond) best = { perSecond, width }
  }
  note(`compare-and-set a second on ${String(items.length)} documents (at once): ${told.join(', ')}`)
  await db.collection('waiting').drop()
  return best
}
