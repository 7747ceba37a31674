import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import mongoose, { type Types } from 'mongoose'
import type { Listening } from '@palabre/channels/channel'
import type { Hub } from '../hub.ts'

/** Sessions live in GridFS ('sessions.files', 'sessions.chunks'), sealed: whoever has the bytes has the account. */
const bucket = () =>
  new mongoose.mongo.GridFSBucket(mongoose.connection.db as never, {
    bucketName: 'sessions',
    writeConcern: { w: 'majority', journal: true }
  })

const newestFirst = { sort: { uploadDate: -1 as const } }

/** Keeps the session of one account's listener; the newest whole one counts, and older ones are forgotten after it. */
export function keptSession(hub: Hub, accountId: Types.ObjectId): Listening['keep'] {
  const filename = accountId.toHexString()
  const purpose = `session:${filename}`
  const list = () => bucket().find({ filename }, newestFirst).toArray()
  return {
    async load() {
      const [newest] = await list()
      if (!newest) return null
      const chunks: Buffer[] = []
      for await (const chunk of bucket().openDownloadStream(newest._id)) chunks.push(chunk as Buffer)
      return hub.vault.openBytes(Buffer.concat(chunks), purpose)
    },
    async save(bytes) {
      const before = await list()
      if (bytes)
        await pipeline(
          Readable.from([hub.vault.sealBytes(bytes, purpose)]),
          bucket().openUploadStream(filename)
        )
      for (const { _id } of before) await bucket().delete(_id)
    }
  }
}
