import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type {} from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { Types } from 'mongoose'
import type { ImportPreview } from '@palabre/config/contract/import'
import { safeFileName } from '../attachments/file-name.ts'
import type { Actor, Hub } from '../hub.ts'
import { linesAfter } from '../record/logged.ts'
import { Refusal, refuse } from '../refuse.ts'
import { EncodingWatch } from './encoding.ts'
import { Import, importTold, noCounts, type ImportDoc } from './import.model.ts'
import { formatOf, previewOf } from './preview.ts'
import { openUpload, removeCsv } from './store.ts'

const mostBytes = 100_000_000

/**
 * Takes the one file of a multipart body in. Refuses `too-large`, `wrong-type`, `malformed-body`, `invalid-input` for an
 * empty one.
 */
export async function uploadImport(hub: Hub, by: Actor, request: FastifyRequest): Promise<ImportPreview> {
  if (!request.isMultipart()) return refuse('wrong-type')
  try {
    const part = await request.file({ limits: { fileSize: mostBytes, files: 1, fields: 0 } })
    if (!part) return refuse('invalid-input', undefined, [{ path: 'file', message: 'is missing' }])
    return await takeFile(hub, by, part.filename, part.file, () => part.file.truncated)
  } catch (error) {
    if (error instanceof Refusal || (error as { code?: string }).code?.startsWith('FST_')) throw error
    // What the parser of multipart bodies throws has neither code nor status: the body cannot be read.
    throw new Refusal('malformed-body', undefined, undefined, { cause: error })
  }
}

/** Stores a file as it comes, without holding it in memory, and says how it seems to be written. */
export async function takeFile(
  hub: Hub,
  by: Actor,
  fileName: string,
  source: Readable,
  isCut: () => boolean = () => false
): Promise<ImportPreview> {
  const name = safeFileName(fileName)
  const watch = new EncodingWatch()
  const upload = openUpload(name)
  const watching = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      watch.take(chunk)
      done(null, chunk)
    }
  })
  await pipeline(source, watching, upload)
  const fileId = upload.id as unknown as Types.ObjectId
  if (isCut() || watch.bytes === 0) {
    await removeCsv(fileId)
    return isCut()
      ? refuse('too-large')
      : refuse('invalid-input', undefined, [{ path: 'file', message: 'is empty' }])
  }
  const now = new Date()
  const format = await formatOf(fileId, watch.end())
  const doc: ImportDoc = {
    _id: new Types.ObjectId(),
    version: 1,
    log: linesAfter(
      0,
      [{ name: 'create', by, changes: { name: [null, name], bytes: [null, watch.bytes] } }],
      now
    ),
    logged: 1,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    name,
    fileId,
    bytes: watch.bytes,
    into: 'contacts',
    state: 'ready',
    trouble: null,
    troubleRow: null,
    format,
    columns: [],
    existing: 'fill',
    country: null,
    listId: null,
    consent: null,
    purposeId: null,
    counts: noCounts(Math.max(1, watch.lines)),
    by,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    claim: null,
    attempts: 0
  }
  await Import.create(doc)
  hub.relay.pass(importTold, doc)
  return previewOf(doc, format)
}
