import type { InboundMessage } from '../channel.ts'
import { limits } from './limits.ts'
import { readMessageIds, verifyMessageId } from './message-id.ts'

/**
 * Which messages a mail answers (RFC 5322 §3.6.4). The parent named by In-Reply-To comes first, then References
 * from its end, so that the nearest is tried first and a broken client's half of the truth is enough.
 */
export const threadOf = (
  inReplyTo: string,
  references: string,
  key: string
): NonNullable<InboundMessage['thread']> => {
  const nearest = [
    ...readMessageIds(inReplyTo).slice(0, limits.referencesRead),
    ...readMessageIds(references).reverse()
  ]
  const own: string[] = []
  const external: string[] = []
  for (const id of [...new Set(nearest)].slice(0, limits.referencesRead)) {
    const ours = verifyMessageId(id, key)
    if (!ours) external.push(id)
    else if (!own.includes(ours)) own.push(ours)
  }
  return { own, external }
}

/**
 * The References header of an answer: the ids of the thread, oldest first, of a length every relay takes. The
 * first one (which most clients thread by) and the last ones stay. Ids that are not Message-IDs are left out.
 */
export const referencesHeader = (externalIds: readonly string[]): string[] => {
  const ids = [...new Set(externalIds.filter(isSendable))]
  const first = ids[0]
  if (first === undefined) return []
  const kept: string[] = []
  let room = limits.referencesSentChars - first.length - 3
  for (const id of ids.slice(1).reverse()) {
    if (kept.length + 1 >= limits.referencesSent || id.length + 3 > room) break
    kept.unshift(id)
    room -= id.length + 3
  }
  return [first, ...kept]
}

/** A hash that stands for a missing Message-ID, or an id with characters that would break a header, is not sent. */
const isSendable = (id: string): boolean =>
  !id.startsWith(hashPrefix) && id.length <= limits.messageIdChars && /^[\x21-\x3b\x3d\x3f-\x7e]+$/.test(id)

/** Starts the external id of a mail that has no Message-ID of its own. */
export const hashPrefix = 'sha256:'
