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
  /** The provider's id of it, in its message. */
  mediaId?: string
  /** What the scanner says; absent: it was never asked. */
  check?: 'waiting' | 'clean' | 'infected' | 'unscannable'
  finding?: string
  /** The picture's own size; there is a thumbnail of it. */
  picture?: { width: number; height: number }
  /** There can be no thumbnail of it. */
  isPlain?: true
  /** When it is scanned, drawn small and told next; absent or null: nothing is left to do. */
  dueAt?: Date | null
  attempts?: number
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

export const files = () => mongoose.connection.collection<StoredFile>('files.files')

/** Thumbnails, by the id of their file. */
const thumbs = () => mongoose.connection.collection<{ _id: Types.ObjectId; content: Buffer }>('thumbs')

export async function ensureFileIndexes() {
  await files().createIndex({ 'metadata.messageId': 1, uploadDate: 1 })
  // What is still to be looked at is little.
  await files().createIndex(
    { 'metadata.dueAt': 1 },
    { partialFilterExpression: { 'metadata.dueAt': { $type: 'date' } } }
  )
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
  const _id = upload.id as unknown as Types.ObjectId
  return toRef({ _id, filename: safe, length: upload.length, metadata })
}

export const findFile = (id: string | Types.ObjectId): Promise<StoredFile | null> =>
  files().findOne({ _id: new mongoose.Types.ObjectId(id) as never }) as Promise<StoredFile | null>

/** The bytes of a file from `from` to the one before `end`; nobody has looked whether they may be given out. */
export const openFile = (id: Types.ObjectId, part?: { from: number; end: number }): Readable =>
  bucket().openDownloadStream(id as never, part && { start: part.from, end: part.end })

/** A whole file, as `openFile`. */
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
  // Whoever works on one of them now tells the message; what was done before is only seen from here on.
  const newest = await Promise.all(
    (ordered as StoredFile[]).map(async (file) =>
      file.metadata.dueAt ? ((await findFile(file._id)) ?? file) : file
    )
  )
  return newest.map(toRef)
}

export const toRef = ({
  _id,
  filename,
  length,
  metadata
}: Omit<StoredFile, 'uploadDate'>): AttachmentRef => ({
  id: _id,
  name: filename,
  type: metadata.type,
  size: length,
  inline: metadata.inline,
  // MongoDB gives null back for what was undefined.
  ...(metadata.contentId && { contentId: metadata.contentId }),
  ...(metadata.picture && { picture: metadata.picture }),
  ...(metadata.check && metadata.check !== 'clean' && { check: metadata.check }),
  ...(metadata.finding && { finding: metadata.finding })
})

/** Forgets a file and its thumbnail; one that is gone already stays gone. */
export async function removeFile(id: Types.ObjectId): Promise<void> {
  await thumbs().deleteOne({ _id: id })
  if (await findFile(id)) await bucket().delete(id as never)
}

/** Keeps the thumbnail of a file; a later one replaces it. */
export async function storeThumb(id: Types.ObjectId, content: Buffer): Promise<void> {
  await thumbs().replaceOne({ _id: id }, { content }, { upsert: true })
}

export async function readThumb(id: Types.ObjectId): Promise<Buffer | null> {
  const found = await thumbs().findOne({ _id: id }, { promoteBuffers: true })
  return found?.content ?? null
}

/** Forgets what was fetched for a message that does not carry it: its worker ended before it could say so. */
export async function removeUnused(messageId: Types.ObjectId, carried: Types.ObjectId[]): Promise<void> {
  const unused = await files()
    .find({
      'metadata.messageId': messageId,
      'metadata.mediaId': { $type: 'string' },
      _id: { $nin: carried }
    } as never)
    .toArray()
  for (const { _id } of unused) await removeFile(_id as never)
}

/** Forgets uploads that no message took within a day. Returns how many. */
export async function removeUnclaimed(before: Date): Promise<number> {
  const stale = await files()
    .find({ 'metadata.messageId': null, 'metadata.use': 'attachment', uploadDate: { $lt: before } } as never)
    .limit(500)
    .toArray()
  for (const file of stale) await removeFile(file._id as never)
  return stale.length
}

/** Files that are overdue to be looked at. */
export const filesDue = (before: Date, limit: number): Promise<StoredFile[]> =>
  files()
    .find({ 'metadata.dueAt': { $lt: before, $type: 'date' } } as never)
    .limit(limit)
    .toArray() as unknown as Promise<StoredFile[]>
