import { Schema, model, type AnyBulkWriteOperation } from 'mongoose'
import type { Addition } from './contributions.ts'
import { Rollup } from './rollup.model.ts'

/** The batch of facts that is being added; it is finished, by whomever, before another begins. */
export interface BatchDoc {
  _id: 'rollups'
  batch: number
  /** What it adds; empty when that is done. */
  adds: Addition[]
  factIds: string[]
}

const BatchRecord = model<BatchDoc>(
  'RollupBatch',
  new Schema<BatchDoc>(
    { _id: String, batch: Number, adds: Array, factIds: [String] },
    { collection: 'rollupBatches', versionKey: false, minimize: false, strict: 'throw' }
  )
)

/** The last batch, made when there is none. */
export const readBatch = async (): Promise<BatchDoc> =>
  (await BatchRecord.findOneAndUpdate(
    { _id: 'rollups' },
    { $setOnInsert: { batch: 0, adds: [], factIds: [] } },
    { upsert: true, returnDocument: 'after' }
  ).lean()) as BatchDoc

/** Writes the next batch down; false when another process has. */
export async function beginBatch(last: BatchDoc, adds: Addition[], factIds: string[]): Promise<boolean> {
  const { modifiedCount } = await BatchRecord.updateOne(
    { _id: 'rollups', batch: last.batch },
    { $set: { batch: last.batch + 1, adds, factIds } }
  )
  return modifiedCount === 1
}

/** Adds what a batch brings. A sum remembers the last batch that is in it, so that a repeat adds nothing. */
export async function applyBatch({ batch, adds }: BatchDoc): Promise<void> {
  if (adds.length === 0) return
  const writes = adds.flatMap(({ key: { _id, ...fields }, sums }): AnyBulkWriteOperation[] => [
    {
      updateOne: {
        filter: { _id: _id as never },
        update: { $setOnInsert: { ...fields, sums: {}, batch: 0 } } as never,
        upsert: true
      }
    },
    {
      updateOne: {
        filter: { _id: _id as never, batch: { $lt: batch } },
        update: {
          $set: { batch },
          $inc: Object.fromEntries(Object.entries(sums).map(([name, value]) => [`sums.${name}`, value]))
        } as never
      }
    }
  ])
  await Rollup.collection.bulkWrite(writes as never, { ordered: true })
}

export const endBatch = ({ batch }: BatchDoc) =>
  BatchRecord.updateOne({ _id: 'rollups', batch }, { $set: { adds: [], factIds: [] } })
