import type { Hub } from '../hub.ts'
import type { AttachmentRef } from '../messages/message.model.ts'
import { seenType } from './seen-type.ts'
import { storeFile, type FileMeta } from './store.ts'
import { isPictured } from './thumbnail.ts'

/** Its message is stored a moment after the file. */
const soonMs = 300

/**
 * Stores a file that came from outside, as what its first bytes say it is, and has it looked at by a worker: scanned
 * where a scanner is configured, drawn small when it is a picture. Until it is scanned nobody gets it.
 */
export async function takeIn(
  hub: Hub,
  content: Uint8Array,
  name: string,
  meta: FileMeta
): Promise<AttachmentRef> {
  const isAttachment = meta.use === 'attachment'
  const type = isAttachment ? await seenType(content, meta.type) : meta.type
  const isScanned = hub.env.CLAMD_URL !== ''
  const isDue = isScanned || (isAttachment && !meta.inline && isPictured(type))
  const ref = await storeFile(content, name, {
    ...meta,
    type,
    ...(isScanned && { check: 'waiting' as const }),
    ...(isDue && { dueAt: new Date(), attempts: 0 })
  })
  if (isDue) {
    const fileId = ref.id.toHexString()
    hub.schedule('file.prepare', { fileId }, { key: fileId, at: new Date(Date.now() + soonMs) })
  }
  return ref
}
