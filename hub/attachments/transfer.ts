import type {} from '@fastify/multipart'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { fileTypeFromBuffer } from 'file-type'
import type { Hub } from '../hub.ts'
import { rangeOf } from '../recordings/byte-range.ts'
import { Refusal, found, refuse } from '../refuse.ts'
import type { AttachmentRef } from '../messages/message.model.ts'
import { checkFile, checkOut } from './check.ts'
import { findFile, openFile, readThumb, removeFile, toRef, type FileMeta, type StoredFile } from './store.ts'
import { takeIn } from './take-in.ts'

/** Pictures that browsers show without running anything; SVG can carry script and is not among them. */
const shownInline = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

/** Sounds and films that a player on a page may take as what they are; opened by themselves they are downloads. */
const played = /^(audio\/(aac|mp4|mpeg|ogg|wav|webm|x-m4a|x-wav)|video\/(mp4|ogg|quicktime|webm))$/

/**
 * Takes the one file of a multipart body. The type is read from its first bytes where it has a signature, and is
 * otherwise harmless text or plain bytes. Refuses `too-large`, and `wrong-type` also for an infected one.
 */
export async function receiveUpload(
  hub: Hub,
  request: FastifyRequest,
  maxBytes: number,
  owner: Pick<FileMeta, 'interactionId' | 'visitKey' | 'byId'>
): Promise<AttachmentRef> {
  if (!request.isMultipart()) return refuse('wrong-type')
  const part = await readPart(request, maxBytes)
  if (!part) return refuse('invalid-input', undefined, [{ path: 'file', message: 'is missing' }])
  const { content, filename } = part
  if (content.length === 0) return refuse('invalid-input', undefined, [{ path: 'file', message: 'is empty' }])
  const type =
    (await fileTypeFromBuffer(content))?.mime ?? (isText(content) ? 'text/plain' : 'application/octet-stream')
  const ref = await takeIn(hub, content, filename, {
    type,
    inline: false,
    messageId: null,
    use: 'attachment',
    ...owner
  })
  if (hub.env.CLAMD_URL === '') return ref
  const file = await checkFile(hub, found(await findFile(ref.id)))
  if (file.metadata.check !== 'infected') return toRef(file)
  await removeFile(ref.id)
  return refuse('wrong-type', `The file is infected (${file.metadata.finding ?? ''})`)
}

async function readPart(request: FastifyRequest, maxBytes: number) {
  try {
    const part = await request.file({ limits: { fileSize: maxBytes, files: 1, fields: 0 } })
    if (!part) return null
    const chunks: Buffer[] = []
    for await (const chunk of part.file) chunks.push(chunk as Buffer)
    if (part.file.truncated) return refuse('too-large')
    return { content: Buffer.concat(chunks), filename: part.filename }
  } catch (error) {
    // What the parser of multipart bodies throws has neither code nor status: the body cannot be read.
    if (error instanceof Refusal || (error as { code?: string }).code?.startsWith('FST_')) throw error
    throw new Refusal('malformed-body', undefined, undefined, { cause: error })
  }
}

const isText = (content: Buffer) => !content.subarray(0, 4096).includes(0)

const guarded = (reply: FastifyReply) =>
  reply
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'private, max-age=86400')

/**
 * Sends a stored file, or the part of it that was asked for (RFC 9110, 14): pictures inline, everything else as a
 * download; never anything that runs, and nothing that the scanner has not let pass. Refuses `wrong-state`.
 */
export async function sendFile(
  hub: Hub,
  request: FastifyRequest,
  reply: FastifyReply,
  file: StoredFile
): Promise<FastifyReply> {
  await checkOut(hub, file)
  const { type } = file.metadata
  const inline = shownInline.has(type)
  const ascii = file.filename.replace(/[^\x20-\x7e]|["\\]/g, '_')
  const range = rangeOf(request.headers.range, file.length)
  void guarded(reply).header('accept-ranges', 'bytes')
  if (range === 'outside')
    return reply
      .header('content-range', `bytes */${String(file.length)}`)
      .code(416)
      .send()
  const { from, end } = range ?? { from: 0, end: file.length }
  if (range)
    void reply
      .code(206)
      .header('content-range', `bytes ${String(from)}-${String(end - 1)}/${String(file.length)}`)
  return reply
    .header('content-type', inline || played.test(type) ? type : 'application/octet-stream')
    .header('content-length', end - from)
    .header(
      'content-disposition',
      `${inline ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(file.filename)}`
    )
    .send(openFile(file._id, { from, end }))
}

/** Sends the thumbnail of a picture. Refuses `not-found` where there is none. */
export async function sendThumb(hub: Hub, reply: FastifyReply, file: StoredFile): Promise<FastifyReply> {
  await checkOut(hub, file)
  const content = found(await readThumb(file._id))
  return guarded(reply)
    .header('content-type', 'image/webp')
    .header('content-disposition', 'inline')
    .send(content)
}
