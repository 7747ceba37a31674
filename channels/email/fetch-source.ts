import type { FetchMessageObject, ImapFlow } from 'imapflow'
import type { Quarantined } from '../channel.ts'
import { externalIdOf, readHeaders } from './headers.ts'
import type { Position } from './imap-position.ts'
import { limits } from './limits.ts'
import { quarantined } from './parse.ts'

/** Why a mail is not taken whole, in words for an administrator. */
export interface Aside {
  reason: string
  /** Not even its headers shall be asked for. */
  untouched?: boolean
}

const byUid = { uid: true } as const

/**
 * The sources of a few mails by UID; `gone` when somebody deleted one meanwhile. A mail over the limit is not
 * downloaded, nor one of which fetching failed too often.
 * @param failures how often fetching the first of them failed before
 */
export const fetchSources = async (
  client: ImapFlow,
  mails: readonly FetchMessageObject[],
  failures: number
): Promise<Map<number, Buffer | Aside | 'gone'>> => {
  const sources = new Map<number, Buffer | Aside | 'gone'>()
  const asked: number[] = []
  for (const { uid, size = 0 } of mails) {
    if (size > limits.mailBytes) sources.set(uid, tooLarge(size))
    else if (failures >= limits.poisonTries && uid === mails[0]?.uid) sources.set(uid, unfetchable(failures))
    else {
      sources.set(uid, 'gone')
      asked.push(uid)
    }
  }
  if (asked.length === 0) return sources
  // One byte more than allowed shows that a server understated the size.
  const query = { source: { start: 0, maxLength: limits.mailBytes + 1 } }
  for (const { uid, source } of await client.fetchAll(asked.join(','), query, byUid)) {
    if (!asked.includes(uid)) continue
    if (!source) throw new Error('The server did not send the mail that was asked for.')
    sources.set(uid, source.length > limits.mailBytes ? tooLarge(source.length) : source)
  }
  return sources
}

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`

const tooLarge = (bytes: number): Aside => ({
  reason:
    `It has ${megabytes(bytes)}, and ${megabytes(limits.mailBytes)} are allowed. ` +
    'It stays in the mailbox; here are its headers.'
})

const unfetchable = (failures: number): Aside => ({
  reason: `Fetching it failed ${failures} times. It stays in the mailbox.`,
  untouched: failures >= limits.poisonTries + 2
})

/** The event for a mail that is not taken whole: its headers, when the server gives at least those. */
export const setAside = async (
  client: ImapFlow,
  uid: number,
  { mailbox, uidValidity }: Position,
  { reason, untouched }: Aside
): Promise<Quarantined> => {
  const told = untouched ? false : await client.fetchOne(String(uid), { headers: true }, byUid)
  const place = `X-IMAP-Mailbox: ${mailbox}\r\nX-IMAP-UIDVALIDITY: ${uidValidity}\r\nX-IMAP-UID: ${uid}\r\n`
  const headers = (told && told.headers) || Buffer.from(place)
  return quarantined(externalIdOf(readHeaders(headers), headers), reason, headers)
}
