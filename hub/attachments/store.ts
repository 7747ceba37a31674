import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import mongoose, { type Types } from 'mongoose'
import { safeFileName } from './file-name.ts'
import type { AttachmentRef } from '../messages/message.model.ts'

/** What a stored file belongs to; a file without message is forgotten after a day. */
export interface FileMeta {
  type: string
  inline: boolean
  contentId?: string | undefined
  interactionId: Types.ObjectId | null
  /** The visit that uploaded it, before there is an interaction. */
  visitKey: string | null
  messageId: Types.ObjectId | null
  byId: string | null
  /** 'attachment', or 'raw' for the original source of a mail. */
  use: 'attachment' | 'raw' | 'quarantine'
}

export interface StoredFile {
  _id: Types.ObjectId
  filename: string
  length: number
  uploadDate: Date
  metadata: FileMeta
}

/** Files live in GridFS: 'files.files' and 'files.chunks'. */
export const bucket = () =>
  new mongoose.mongo.GridFSBucket(mongoose.connection.db as never, {
    bucketName: 'files',
    writeConcern: { w: 'majority', journal: true }
  })

const files = () => mongoose.connection.collection<StoredFile>('files.files')

export async function ensureFileIndexes() {
  await files().createIndex({ 'metadata.messageId': 1, uploadDate: 1 })
}

/** Stores a file from memory or a stream. The name is made safe; the type is what the caller found out. */
export async function storeFile(
  content: Uint8Array | Readable,
  name: string,
  metadata: FileMeta
): Promise<AttachmentRef> {
  const safe = safeFileName(name)
  const upload = bucket().openUploadStream(safe, { metadata: metadata as never })
  const source = content instanceof Readable ? content : Readable.from([Buffer.from(content)])
  await pipeline(source, upload)
  return {
    id: upload.id as unknown as Types.ObjectId,
    name: safe,
    type: metadata.type,
    size: upload.length,
    inline: metadata.inline,
    ...(metadata.contentId && { contentId: metadata.contentId })
  }
}

export const findFile = (id: string | Types.ObjectId): Promise<StoredFile | null> =>
  files().findOne({ _id: new mongoose.Types.ObjectId(id) as never }) as Promise<StoredFile | null>

export const openFile = (id: Types.ObjectId): Readable => bucket().openDownloadStream(id as never)

export async function readFile(id: Types.ObjectId): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of openFile(id)) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Binds uploaded files to the message that carries them; returns them in the order given. */
export async function claimFiles(
  ids: string[],
  belongs: (meta: FileMeta) => boolean,
  messageId: Types.ObjectId,
  interactionId: Types.ObjectId | null
): Promise<AttachmentRef[] | null> {
  if (ids.length === 0) return []
  const found = (await files()
    .find({ _id: { $in: ids.map((id) => new mongoose.Types.ObjectId(id)) as never } })
    .toArray()) as unknown as StoredFile[]
  const byId = new Map(found.map((file) => [file._id.toHexString(), file]))
  const ordered = ids.map((id) => byId.get(id))
  if (!ordered.every((file) => file !== undefined && belongs(file.metadata))) return null
  // The first message keeps them: a repeat of it comes with a new id, and is not stored.
  await files().updateMany(
    { _id: { $in: found.map((file) => file._id) as never }, 'metadata.messageId': null } as never,
    { $set: { 'metadata.messageId': messageId, 'metadata.interactionId': interactionId } } as never
  )
  return (ordered as StoredFile[]).map(toRef)
}

export const toRef = ({ _id, filename, length, metadata }: StoredFile): AttachmentRef => ({
  id: _id,
  name: filename,
  type: metadata.type,
  size: length,
  inline: metadata.inline,
  // MongoDB gives null back for what was undefined.
  ...(metadata.contentId && { contentId: metadata.contentId })
})

export const removeFile = (id: Types.ObjectId): Promise<void> => bucket().delete(id as never)

/** Forgets uploads that no message took within a day. Returns how many. */
export async function removeUnclaimed(before: Date): Promise<number> {
  const stale = await files()
    .find({ 'metadata.messageId': null, 'metadata.use': 'attachment', uploadDate: { $lt: before } } as never)
    .limit(500)
    .toArray()
  for (const file of stale) await removeFile(file._id as never)
  return stale.length
}
