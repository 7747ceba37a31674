import { createHash } from 'node:crypto'
import type { OutboundMessage } from '@palabre/channels/channel'

/** A mail of ours to one address. `key` says what it tells: the same mail has the same id, so that a repeat can be told. */
export const letterTo = (
  address: string,
  { key, subject, lines }: { key: string; subject: string; lines: readonly string[] }
): OutboundMessage => ({
  id: createHash('sha256').update(`${key} ${address}`).digest('hex').slice(0, 24),
  address,
  fromName: 'Palabre',
  subject,
  to: [address],
  text: lines.join('\n\n'),
  attachments: [],
  references: [],
  automatic: true
})
