import type { AnyBulkWriteOperation, Model, Types } from 'mongoose'

interface Update {
  _id: Types.ObjectId
  /** What else has to hold for it to be written. */
  only?: Record<string, unknown>
  update: Record<string, unknown>
}

/** A command costs about the same whatever it carries: up to so many records one each, which also answers; then two for all. */
const oneEach = 2

/**
 * Writes records in the order given and reads them as they are afterwards, those too that were not as `only` wants them.
 * By _id in hex.
 */
export async function updateEach<T extends { _id: Types.ObjectId }>(
  { collection }: Model<T>,
  updates: readonly Update[]
): Promise<Map<string, T>> {
  const ids = new Map(updates.map(({ _id }) => [_id.toHexString(), _id]))
  const docs = new Map<string, T>()
  const take = (found: unknown[]) => {
    for (const doc of found as T[]) docs.set(doc._id.toHexString(), doc)
  }
  if (ids.size === updates.length && ids.size <= oneEach) {
    const written = await Promise.all(
      updates.map(({ _id, only, update }) =>
        collection.findOneAndUpdate({ ...only, _id } as never, update as never, { returnDocument: 'after' })
      )
    )
    take(written.filter((doc) => doc !== null))
  } else {
    const writes: AnyBulkWriteOperation[] = updates.map(({ _id, only, update }) => ({
      updateOne: { filter: { ...only, _id }, update }
    }))
    await collection.bulkWrite(writes as never, { ordered: ids.size < updates.length })
  }
  const unread = [...ids].filter(([id]) => !docs.has(id)).map(([, _id]) => _id)
  if (unread.length > 0) take(await collection.find({ _id: { $in: unread } } as never).toArray())
  return docs
}
