import mongoose, { type Types } from 'mongoose'

/** Files of imports live in GridFS of their own: 'imports.files' and 'imports.chunks'. */
const bucket = () =>
  new mongoose.mongo.GridFSBucket(mongoose.connection.db as never, {
    bucketName: 'importFiles',
    writeConcern: { w: 'majority', journal: true }
  })

export const openUpload = (name: string) => bucket().openUploadStream(name)

/** The bytes of a file, or the first of them. */
export const openCsv = (fileId: Types.ObjectId, end?: number): AsyncIterable<Buffer> =>
  bucket().openDownloadStream(
    fileId as never,
    end === undefined ? {} : { start: 0, end }
  ) as AsyncIterable<Buffer>

/** Forgets a file; one that is gone already stays gone. */
export async function removeCsv(fileId: Types.ObjectId): Promise<void> {
  const [file] = await bucket()
    .find({ _id: fileId as never })
    .toArray()
  if (file) await bucket().delete(fileId as never)
}

/** Files that no import knows: their upload broke off. Returns how many were forgotten. */
export async function removeOrphans(before: Date, isKnown: (id: Types.ObjectId) => Promise<boolean>) {
  let removed = 0
  for (const { _id } of await bucket()
    .find({ uploadDate: { $lt: before } })
    .limit(200)
    .toArray())
    if (!(await isKnown(_id as never))) {
      await removeCsv(_id as never)
      removed++
    }
  return removed
}
