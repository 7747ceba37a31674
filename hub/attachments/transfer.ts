import type {} from '@fastify/multipart'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { fileTypeFromBuffer } from 'file-type'
import { Refusal, refuse } from '../refuse.ts'
import type { AttachmentRef } from '../messages/message.model.ts'
import { openFile, storeFile, type FileMeta, type StoredFile } from './store.ts'

/** Pictures that browsers show without running anything; SVG can carry script and is not among them. */
const shownInline = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

/**
 * Takes the one file of a multipart body, streaming into storage. The type is read from its first bytes where it has a
 * signature, and is otherwise harmless text or plain bytes. Refuses `too-large`, `wrong-type`.
 */
export async function receiveUpload(
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
  return storeFile(content, filename, {
    type,
    inline: false,
    messageId: null,
    use: 'attachment',
    ...owner
  })
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

/** Sends a stored file: pictures inline, everything else as a download; never anything that runs. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: StoredFile): FastifyReply {
  const { type } = file.metadata
  const inline = shownInline.has(type)
  const ascii = file.filename.replace(/[^\x20-\x7e]|["\\]/g, '_')
  return reply
    .header('content-type', inline ? type : 'application/octet-stream')
    .header('content-length', file.length)
    .header(
      'content-disposition',
      `${inline ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(file.filename)}`
    )
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'private, max-age=86400')
    .send(openFile(file._id))
}
