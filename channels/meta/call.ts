import { createHash } from 'node:crypto'
import { ChannelError, type InboundEvent } from '../channel.ts'

/** The JSON of a webhook call. Throws ChannelError('rejected'). */
export function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString())
  } catch (error) {
    throw new ChannelError('rejected', 'The call cannot be read', { cause: error })
  }
}

/** Rightly signed and not understood: kept whole where administrators see it, once however often it comes. */
export function unread(part: unknown, reason: string): InboundEvent {
  const raw = Buffer.from(JSON.stringify(part) ?? 'null')
  return { kind: 'quarantined', externalId: `sha256:${hashOf(raw)}`, reason, raw }
}

/** An id for what Meta gives none; the same for the same, however often it comes. */
export const idFrom = (kind: string, ...parts: (string | number | undefined)[]): string =>
  `${kind}:${hashOf(JSON.stringify(parts)).slice(0, 32)}`

const hashOf = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')
