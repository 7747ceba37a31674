import type { FetchMessageObject, ImapFlow, MailboxObject, SearchObject } from 'imapflow'
import type { EmailSettings } from './settings.ts'

/** How far a mailbox has been read; what `Cursor` keeps. */
export interface Position {
  mailbox: string
  /** UIDs mean something only together with it (RFC 9051 §2.3.1.1). A bigint, as text. */
  uidValidity: string
  /** The last UID that was taken or passed over. */
  uid: number
  /** Up to this UID lies what was there at the first look; of it only what `imapStart` wants is taken. */
  until: number
  /** When the account began to read (ISO); missing when it began with everything. */
  since?: string
}

/** A server's clock may be behind ours. */
const clockMargin = 10 * 60_000

/**
 * Where to go on in the mailbox that is open. A new UIDVALIDITY (a restored or moved mailbox) makes all UIDs
 * worthless: the mailbox is looked through from its start, and what was already taken is recognised by the hub.
 */
export const resume = (
  saved: unknown,
  mailbox: MailboxObject,
  settings: EmailSettings,
  now: Date
): Position => {
  const uidValidity = String(mailbox.uidValidity)
  const known = isPosition(saved) && saved.mailbox === mailbox.path ? saved : undefined
  if (known?.uidValidity === uidValidity) return known
  const until = Math.max(0, mailbox.uidNext - 1)
  const fresh = { mailbox: mailbox.path, uidValidity, uid: 0, until }
  if (known) return { ...fresh, ...(known.since === undefined ? {} : { since: known.since }) }
  if (settings.imapStart === 'all') return fresh
  const since = now.toISOString()
  return settings.imapStart === 'new' ? { ...fresh, uid: until, since } : { ...fresh, since }
}

const isPosition = (value: unknown): value is Position => {
  const it = value as Partial<Position> | null
  return (
    typeof it === 'object' &&
    it !== null &&
    typeof it.mailbox === 'string' &&
    typeof it.uidValidity === 'string' &&
    Number.isSafeInteger(it.uid) &&
    Number.isSafeInteger(it.until)
  )
}

/** The UIDs after the position that may be wanted, in order. */
export const uidsAfter = async (client: ImapFlow, position: Position): Promise<number[]> => {
  const found: number[] = []
  if (position.uid < position.until) {
    found.push(...(await search(client, backlog(position))))
  }
  // "n:*" names the last mail even when its UID is below n.
  found.push(...(await search(client, { uid: `${Math.max(position.uid, position.until) + 1}:*` })))
  return [...new Set(found)].filter((uid) => uid > position.uid).sort((a, b) => a - b)
}

const backlog = ({ uid, until, since }: Position): SearchObject => {
  const range: SearchObject = { uid: `${uid + 1}:${until}` }
  if (since === undefined) return range
  // SINCE knows days only, in the server's zone; isWanted looks closer.
  const day = new Date(new Date(since).getTime() - 26 * 60 * 60_000)
  return { ...range, or: [{ seen: false }, { since: day }] }
}

const search = async (client: ImapFlow, query: SearchObject): Promise<number[]> => {
  const uids = await client.search(query, { uid: true })
  if (!Array.isArray(uids)) throw new Error('The server refused to search the mailbox.')
  return uids
}

/** Is a mail of the backlog one that the account's settings ask for? */
export const isWanted = (mail: FetchMessageObject, position: Position, settings: EmailSettings): boolean => {
  if (mail.uid > position.until || position.since === undefined) return true
  const came = new Date(mail.internalDate ?? Number.NaN).getTime()
  if (came >= new Date(position.since).getTime() - clockMargin) return true
  return settings.imapStart === 'unread' && mail.flags?.has('\\Seen') !== true
}
