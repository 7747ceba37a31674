import { TextDecoder } from 'node:util'
import type { Encoding } from '@palabre/config/contract/import'

/** Bytes at the start by which UTF-16 without a mark is told. */
const headBytes = 65_536

/**
 * Watches the bytes of a file pass by and says how they are written: by its mark (BOM), by where zeros stand, and
 * otherwise as UTF-8 when all of it is that, or else as Windows-1252, in which everything is something.
 */
export class EncodingWatch {
  #head = Buffer.alloc(0)
  #utf8: TextDecoder | null = new TextDecoder('utf-8', { fatal: true })
  /** Ends of lines seen. */
  lines = 0
  bytes = 0

  take(chunk: Buffer) {
    if (this.#head.length < headBytes)
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, headBytes - this.#head.length)])
    this.bytes += chunk.length
    this.#count(chunk)
    if (!this.#utf8) return
    try {
      this.#utf8.decode(chunk, { stream: true })
    } catch {
      this.#utf8 = null
    }
  }

  #count(chunk: Buffer) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.lines++
  }

  /** Says it once everything has passed. */
  end(): Encoding {
    return markOf(this.#head) ?? byZeros(this.#head) ?? (this.#endsWhole() ? 'utf-8' : 'windows-1252')
  }

  #endsWhole(): boolean {
    try {
      this.#utf8?.decode()
      return this.#utf8 !== null
    } catch {
      return false
    }
  }
}

function markOf(head: Buffer): Encoding | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8'
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  return null
}

/** Western text in UTF-16 has a zero in nearly every pair, always on the same side. */
function byZeros(head: Buffer): Encoding | null {
  const zeros = [0, 0]
  for (let i = 0; i < head.length; i++) if (head[i] === 0) zeros[i % 2]!++
  const [high = 0, low = 0] = zeros
  const pairs = head.length / 2
  if (pairs < 1 || Math.max(high, low) < pairs * 0.3 || Math.min(high, low) > Math.max(high, low) * 0.1)
    return null
  return low > high ? 'utf-16le' : 'utf-16be'
}

/** The bytes as UTF-8 without mark; what is not in the encoding becomes U+FFFD. */
export async function* decoded(source: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of source) {
    const text = decoder.decode(chunk, { stream: true })
    if (text !== '') yield text
  }
  const rest = decoder.decode()
  if (rest !== '') yield rest
}
