import { createHash } from 'node:crypto'
import { limits } from './limits.ts'
import { readMessageIds } from './message-id.ts'
import { hashPrefix } from './thread.ts'

/** The header fields of a mail as they stand in its source, unfolded, by lower-case name, in order. */
export interface MailHeaders {
  first(name: string): string
  all(name: string): string[]
  has(name: string): boolean
}

/**
 * Reads the first header block of a source. Fields are not decoded: everything decided by them (ids, loops,
 * automatic mail) is ASCII by its RFC. Never throws; of a block over the limit the beginning is read.
 */
export const readHeaders = (source: Buffer): MailHeaders => {
  const block = source.toString('latin1', 0, limits.headerBlockBytes)
  const end = /\r?\n\r?\n/.exec(block)?.index ?? block.length
  const fields = new Map<string, string[]>()
  for (const line of block
    .slice(0, end)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon < 1) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    const values = fields.get(name)
    const value = line.slice(colon + 1).trim()
    if (values) values.push(value)
    else fields.set(name, [value])
  }
  return {
    first: (name) => fields.get(name)?.[0] ?? '',
    all: (name) => fields.get(name) ?? [],
    has: (name) => fields.has(name)
  }
}

/**
 * What makes a mail the same mail when it comes again: its Message-ID, or a hash of its source when it has none
 * that can be used. The hash leaves out nothing: a mail without Message-ID has no other identity.
 */
export const externalIdOf = (headers: MailHeaders, source: Uint8Array): string =>
  readMessageIds(headers.first('message-id'))[0] ??
  hashPrefix + createHash('sha256').update(source).digest('hex')

/** The Date header, when it can be true: a sender's clock may be a day off, not a decade. */
export const sentAtOf = (headers: MailHeaders, now: Date): Date | undefined => {
  // A comment such as "(CEST)" at the end is legal (RFC 5322 §3.2.2) and read by no two programs alike.
  const at = new Date(
    headers
      .first('date')
      .slice(0, 100)
      .replace(/\([^)]*\)/g, '')
  )
  const time = at.getTime()
  const day = 24 * 60 * 60_000
  return time > Date.UTC(1990, 0, 1) && time < now.getTime() + day ? at : undefined
}
