import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** Which part of which recording; a segment opens under its own name only. */
export const segmentName = (recordingId: Types.ObjectId, stream: number, n: number) =>
  `recordings/${recordingId.toHexString()}/${String(stream)}-${String(n)}`

/** A new data key, as it is kept: sealed with the installation's own key, for this recording. */
export const newKey = (hub: Hub, recordingId: Types.ObjectId): string =>
  hub.vault.seal(randomBytes(32).toString('hex'), keyPurpose(recordingId))

/** The data key of a recording. Throws when it was changed, or belongs to another one. */
export const openKey = (hub: Hub, recordingId: Types.ObjectId, sealed: string): Buffer =>
  Buffer.from(hub.vault.open(sealed, keyPurpose(recordingId)), 'hex')

const keyPurpose = (recordingId: Types.ObjectId) => `recording:${recordingId.toHexString()}`

/** AES-256-GCM: nonce, tag, body. A segment that is sealed again after a failure has another nonce. */
export function sealSegment(key: Buffer, name: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(name))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** Throws when a byte of it was changed, or it is another segment than its name says. */
export function openSegment(key: Buffer, name: string, sealed: Buffer): Buffer {
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes
  })
    .setAAD(Buffer.from(name))
    .setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()])
}
