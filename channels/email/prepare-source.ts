import { isUtf8 } from 'node:buffer'
import { limits } from './limits.ts'
import type { Leaf } from './mime-scan.ts'

export interface PreparedSource {
  /** What the parser gets to see; the original stays as it is. */
  source: Buffer
  /** Inline text was left out because there is too much of it. */
  shortened: boolean
}

/**
 * Readies a source for parsing: inline text over the limit is cut, and text whose bytes contradict its declared
 * character set is turned into the UTF-8 that the parser will take it for.
 */
export const prepareSource = (original: Buffer, leaves: readonly Leaf[]): PreparedSource => {
  const pieces: Buffer[] = []
  let copied = 0
  let room = limits.inlineTextBytes
  let shortened = false
  const replace = (start: number, end: number, by: Buffer) => {
    pieces.push(original.subarray(copied, start), by)
    copied = end
  }

  const header = original.subarray(0, original.indexOf('\n\r\n') + 1 || original.indexOf('\n\n') + 1)
  // RFC 6532 allows raw UTF-8 in headers; what is not UTF-8 was written by a program older than that.
  if (!isUtf8(header)) replace(0, header.length, fromCharset(header, 'windows-1252'))

  for (const leaf of leaves) {
    if (!leaf.type.startsWith('text/') || leaf.disposition === 'attachment') continue
    const body = original.subarray(leaf.bodyStart, leaf.bodyEnd)
    const kept = body.length > room ? cutAtLine(body, room) : body
    if (kept.length < body.length) shortened = true
    room -= kept.length
    const mended = mendCharset(leaf, kept)
    if (mended) {
      const head = original.toString('latin1', Math.max(leaf.headStart, copied), leaf.bodyStart)
      replace(Math.max(leaf.headStart, copied), leaf.bodyStart, Buffer.from(declareUtf8(head), 'latin1'))
    }
    if (mended || kept !== body) replace(leaf.bodyStart, leaf.bodyEnd, mended ?? kept)
  }
  if (pieces.length === 0) return { source: original, shortened }
  return { source: Buffer.concat([...pieces, original.subarray(copied)]), shortened }
}

const cutAtLine = (body: Buffer, length: number): Buffer => {
  const end = body.lastIndexOf(0x0a, length)
  return body.subarray(0, end > length - 2_000 ? end + 1 : length)
}

const declareUtf8 = (head: string): string =>
  head.replace(/(;\s{0,20}charset\s{0,20}=\s{0,20})("[^"]{0,100}"|[^\s;"]{1,100})/i, '$1"utf-8"')

/** The body in UTF-8 and its own transfer encoding, when its declared character set cannot be right. */
const mendCharset = (leaf: Leaf, body: Buffer): Buffer | undefined => {
  const bytes = decode(body, leaf.encoding)
  if (!bytes.some((byte) => byte >= 0x80)) return undefined
  const utf8 = isUtf8(bytes)
  if (utf8) return latin1Names.test(leaf.charset) ? encode(bytes, leaf.encoding) : undefined
  if (!isUtf8Name(leaf.charset)) return undefined
  const declared = leaf.type === 'text/html' ? htmlCharset(bytes) : ''
  return encode(fromCharset(bytes, declared || 'windows-1252'), leaf.encoding)
}

/** Senders that name these often send UTF-8; bytes that happen to be valid UTF-8 are hardly ever anything else. */
const latin1Names = /^(iso[-_]?8859[-_]?1|latin-?1|windows-1252|cp1252)$/

/** Names by which the parser takes a body for UTF-8, unknown ones included. */
const isUtf8Name = (charset: string): boolean => {
  // WHATWG's decoder calls ASCII windows-1252 and does not know the DOS code pages; the parser differs in both.
  if (/^((us-?)?ascii)?$/.test(charset)) return true
  if (/^(cp|ibm)-?\d+$/.test(charset)) return false
  try {
    return new TextDecoder(charset).encoding === 'utf-8'
  } catch {
    return true
  }
}

const htmlCharset = (bytes: Buffer): string =>
  /<meta[^>]{0,200}charset\s{0,5}=\s{0,5}["']?([\w-]{1,40})/i.exec(bytes.toString('latin1', 0, 2_048))?.[1] ??
  ''

const fromCharset = (bytes: Buffer, charset: string): Buffer => {
  try {
    const decoder = new TextDecoder(charset)
    return Buffer.from(
      (decoder.encoding === 'utf-8' ? new TextDecoder('windows-1252') : decoder).decode(bytes)
    )
  } catch {
    return Buffer.from(new TextDecoder('windows-1252').decode(bytes))
  }
}

const decode = (body: Buffer, encoding: string): Buffer => {
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64')
  if (encoding !== 'quoted-printable') return body
  return Buffer.from(
    body
      .toString('latin1')
      .replace(/=[ \t]{0,10}\r?\n/g, '')
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1'
  )
}

const encode = (bytes: Buffer, encoding: string): Buffer => {
  if (encoding === 'base64') return Buffer.from(bytes.toString('base64'), 'latin1')
  if (encoding !== 'quoted-printable') return bytes
  return Buffer.from(
    bytes
      .toString('latin1')
      .replace(/[=\x80-\xff]/g, (c) => `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`),
    'latin1'
  )
}
