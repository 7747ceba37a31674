import { createHmac, timingSafeEqual } from 'node:crypto'
import { limits } from './limits.ts'

/** `<24 hex of our message . 20 hex of its signature @ any domain>`; 80 bits of HMAC-SHA256 cannot be guessed. */
const own = /^([0-9a-f]{24})\.([0-9a-f]{20})@/i
const ownAnywhere = /\b[0-9a-f]{24}\.[0-9a-f]{20}@/gi

const signature = (id: string, key: string): Buffer =>
  createHmac('sha256', key).update(`message-id:${id}`).digest().subarray(0, 10)

/**
 * The Message-ID of a message of ours, without angle brackets: the same for every attempt to send it, so that a
 * receiver can drop a doubled delivery (RFC 5322 §3.6.4).
 * @param id 24 hex digits
 */
export const ownMessageId = (id: string, domain: string, key: string): string =>
  `${id}.${signature(id, key).toString('hex')}@${domain}`

/** Our message's id when the Message-ID carries our signature; the domain may have changed since. */
export const verifyMessageId = (messageId: string, key: string): string | undefined => {
  const [, id, mark] = own.exec(messageId) ?? []
  if (!id || !mark) return undefined
  const claimed = Buffer.from(mark, 'hex')
  return timingSafeEqual(claimed, signature(id.toLowerCase(), key)) ? id.toLowerCase() : undefined
}

/** The first id of ours, proved, anywhere in a text (a returned header, a bounce's words). */
export const findOwnMessageId = (text: string, key: string): string | undefined => {
  let tried = 0
  for (const [candidate] of text.matchAll(ownAnywhere)) {
    const id = verifyMessageId(candidate, key)
    if (id) return id
    if (++tried >= limits.referencesRead) return undefined
  }
  return undefined
}

/**
 * The ids of a Message-ID, In-Reply-To or References header, in order, without angle brackets or repeats. Takes
 * what the field really holds: folded lines, missing brackets, phrases around the ids (RFC 822's old In-Reply-To).
 */
export const readMessageIds = (header: string): string[] => {
  const bracketed = [...header.matchAll(/<([^<>]{1,2000})>/g)].map((match) => match[1] ?? '')
  const loose = bracketed.length > 0 ? [] : header.split(/[\s,;<>]+/).filter((word) => word.includes('@'))
  const ids = [...bracketed, ...loose]
    .map((id) => id.replace(/\s+/g, ''))
    .filter((id) => id.length >= 3 && id.length <= limits.messageIdChars && !/\p{Cc}/u.test(id))
  return [...new Set(ids)]
}
