import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileTypeFromBuffer } from 'file-type'
import mongoose, { type Types } from 'mongoose'

/** Side of the square, in pixels: enough for the largest avatar on a sharp screen. */
const sidePx = 128
const mostPixels = 50_000_000
const mostSeconds = 10

/** What sharp is given, by first bytes: no SVG, no PDF, nothing that refers to other files. */
const pictured = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif'])

/** A small square WebP of a picture, without what its camera noted; null where there can be none. */
export async function squareOf(content: Uint8Array): Promise<Buffer | null> {
  if (!pictured.has((await fileTypeFromBuffer(content))?.mime ?? '')) return null
  // Only workers need it, and only for pictures.
  const { default: sharp } = await import('sharp')
  sharp.cache(false)
  sharp.concurrency(1)
  try {
    return await sharp(content, { limitInputPixels: mostPixels, failOn: 'error', pages: 1 })
      .autoOrient()
      .resize({ width: sidePx, height: sidePx, fit: 'cover' })
      .webp({ quality: 80 })
      .timeout({ seconds: mostSeconds })
      .toBuffer()
  } catch (error) {
    // What libvips says of pictures that are damaged, too large or too slow comes without a code.
    if (error instanceof Error && (error as { code?: string }).code === undefined) return null
    throw error
  }
}

/** Pictures live in GridFS: 'pictures.files' and 'pictures.chunks'. */
const bucket = () =>
  new mongoose.mongo.GridFSBucket(mongoose.connection.db as never, {
    bucketName: 'pictures',
    writeConcern: { w: 'majority', journal: true }
  })

const files = () => mongoose.connection.collection('pictures.files')

export async function storePicture(contactId: Types.ObjectId, square: Buffer): Promise<Types.ObjectId> {
  const upload = bucket().openUploadStream('picture.webp', { metadata: { contactId } })
  await pipeline(Readable.from([square]), upload)
  return upload.id as unknown as Types.ObjectId
}

/** Opens a picture; null when it is gone. */
export async function openPicture(id: Types.ObjectId): Promise<{ content: Readable; length: number } | null> {
  const file = (await files().findOne({ _id: id })) as { length: number } | null
  return file && { content: bucket().openDownloadStream(id as never), length: file.length }
}

/** Forgets a contact's own picture; one that came with a merge is somebody else's, and stays. */
export async function removePicture(contactId: Types.ObjectId, id: Types.ObjectId): Promise<void> {
  if (await files().findOne({ _id: id, 'metadata.contactId': contactId })) await bucket().delete(id as never)
}
