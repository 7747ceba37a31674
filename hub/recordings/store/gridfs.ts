import mongoose from 'mongoose'
import type { SoundStore } from './sound-store.ts'

const bucketName = 'sound'
const duplicateKey = 11000
/** A segment is one chunk. */
const chunkSizeBytes = 1_048_576

/** GridFS in the product's own database: 'sound.files' and 'sound.chunks', by name. */
export function gridFsStore(): SoundStore {
  const bucket = new mongoose.mongo.GridFSBucket(mongoose.connection.db as never, {
    bucketName,
    chunkSizeBytes,
    writeConcern: { w: 'majority', journal: true }
  })
  const files = mongoose.connection.collection(`${bucketName}.files`)
  const chunks = mongoose.connection.collection(`${bucketName}.chunks`)

  const upload = (name: string, bytes: Buffer) =>
    new Promise<void>((resolve, reject) => {
      const stream = bucket.openUploadStreamWithId(name as never, name)
      stream.once('error', reject)
      stream.once('finish', () => {
        resolve()
      })
      stream.end(bytes)
    })
  const erase = async (names: unknown) => {
    await files.deleteMany({ _id: names } as never)
    await chunks.deleteMany({ files_id: names } as never)
  }

  return {
    async put(name, bytes) {
      try {
        await upload(name, bytes)
      } catch (error) {
        if ((error as { code?: number }).code !== duplicateKey) throw error
        // Of an earlier try, of which it is not known how far it came.
        await erase(name)
        await upload(name, bytes)
      }
    },
    async get(name) {
      const parts: Buffer[] = []
      for await (const part of bucket.openDownloadStream(name as never)) parts.push(part as Buffer)
      return Buffer.concat(parts)
    },
    clear: (prefix) => erase({ $gte: prefix, $lt: `${prefix}\uffff` })
  }
}
