import { limits } from './limits.ts'

/** One part that holds text or a file, with its place in the source (offsets in bytes). */
export interface Leaf {
  type: string
  charset: string
  encoding: string
  disposition: string
  headStart: number
  bodyStart: number
  bodyEnd: number
  /** Stands beside another form of the same text (multipart/alternative). */
  alternative: boolean
}

/** Why a mail is not parsed, in words for an administrator. */
export class Unreadable extends Error {}

interface Level {
  /** Empty for an embedded message, which has no border of its own. */
  boundary: string
  alternative: boolean
}

interface Part {
  type: string
  boundary: string
  charset: string
  encoding: string
  disposition: string
  /** Where the body begins. */
  end: number
}

/**
 * Reads only the skeleton of a mail: headers of parts and the borders between them, in one pass without recursion
 * or copies, so that what would choke a full parser is known before it starts. Throws Unreadable.
 */
export const scanMime = (source: Buffer): Leaf[] => {
  const leaves: Leaf[] = []
  const levels: Level[] = []
  const borders = { seen: 0 }
  let parts = 0
  let start = 0
  while (start >= 0) {
    const part = readPart(source, start, levels)
    if (++parts > limits.mimeParts) throw new Unreadable(`It has more than ${limits.mimeParts} parts.`)
    const level = opens(part)
    if (level) {
      levels.push(level)
      if (levels.length > limits.mimeDepth) {
        throw new Unreadable(`Its parts are nested more than ${limits.mimeDepth} deep.`)
      }
      if (level.boundary === '') {
        start = part.end
        continue
      }
    }
    const alternative = levels.some((one) => one.alternative)
    const next = nextPart(source, part.end, levels, borders)
    if (!level) {
      const { end: bodyStart, boundary: _, ...rest } = part
      leaves.push({ ...rest, headStart: start, bodyStart, bodyEnd: next.bodyEnd, alternative })
    }
    start = next.start
  }
  return leaves
}

/** The level that a part opens. mailparser looks into embedded messages only when they are inline and not encoded. */
const opens = (part: Part): Level | undefined => {
  if (part.type.startsWith('multipart/') && part.boundary) {
    return { boundary: part.boundary, alternative: part.type === 'multipart/alternative' }
  }
  const plain = ['', '7bit', '8bit', 'binary'].includes(part.encoding)
  if (part.type === 'message/rfc822' && part.disposition === 'inline' && plain) {
    return { boundary: '', alternative: false }
  }
  return undefined
}

/**
 * Finds the next border that opens a part; closing borders and those of outer levels shorten `levels`.
 * `start` is -1 when there is none.
 */
const nextPart = (source: Buffer, from: number, levels: Level[], borders: { seen: number }) => {
  let bodyEnd = source.length
  let at = startsWithDashes(source, from) ? from : source.indexOf('\n--', from) + 1
  while (at > 0 && levels.length > 0) {
    if (++borders.seen > limits.delimiterLines) {
      throw new Unreadable('It is full of lines that look like borders between parts.')
    }
    const lineEnd = endOfLine(source, at)
    const border = readBorder(source, at, lineEnd, levels)
    if (border) {
      bodyEnd = Math.min(bodyEnd, Math.max(from, at - (source[at - 2] === CR ? 2 : 1)))
      levels.length = border.closes ? border.level : border.level + 1
      if (!border.closes) return { bodyEnd, start: Math.min(lineEnd + 1, source.length) }
    }
    at = source.indexOf('\n--', lineEnd) + 1
  }
  return { bodyEnd, start: -1 }
}

const CR = 0x0d
const LF = 0x0a
const DASH = 0x2d

const startsWithDashes = (source: Buffer, at: number) => source[at] === DASH && source[at + 1] === DASH

const readBorder = (source: Buffer, at: number, lineEnd: number, levels: readonly Level[]) => {
  if (lineEnd - at > 1_100) return undefined
  const line = source.toString('latin1', at + 2, lineEnd).trimEnd()
  if (line === '') return undefined
  const find = (boundary: string) => levels.findLastIndex((level) => level.boundary === boundary)
  const opening = find(line)
  if (opening >= 0) return { level: opening, closes: false }
  const closing = line.endsWith('--') && line.length > 2 ? find(line.slice(0, -2)) : -1
  return closing >= 0 ? { level: closing, closes: true } : undefined
}

const endOfLine = (source: Buffer, from: number): number => {
  const end = source.indexOf(LF, from)
  return end < 0 ? source.length : end
}

/** Reads one header block; it ends at an empty line, at a border that comes too early, or with the source. */
const readPart = (source: Buffer, start: number, levels: readonly Level[]): Part => {
  let at = start
  let end = source.length
  while (at < source.length) {
    const lineEnd = endOfLine(source, at)
    if (lineEnd - start > limits.headerBlockBytes) {
      throw new Unreadable(`A header is longer than ${limits.headerBlockBytes / 1024} kB.`)
    }
    if (lineEnd === at || (lineEnd === at + 1 && source[at] === CR)) {
      end = Math.min(lineEnd + 1, source.length)
      break
    }
    if (startsWithDashes(source, at) && readBorder(source, at, lineEnd, levels)) {
      end = at
      break
    }
    at = lineEnd + 1
  }
  const lines = source
    .toString('latin1', start, Math.min(end, start + limits.headerBlockBytes))
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
  const field = (name: string) =>
    lines
      .find((line) => line.slice(0, name.length + 1).toLowerCase() === `${name}:`)
      ?.slice(name.length + 1) ?? ''
  const contentType = field('content-type')
  return {
    end,
    type: firstToken(contentType) || 'text/plain',
    boundary: parameter(contentType, 'boundary'),
    charset: parameter(contentType, 'charset').toLowerCase(),
    encoding: firstToken(field('content-transfer-encoding')),
    disposition: firstToken(field('content-disposition'))
  }
}

const firstToken = (value: string): string => (value.split(';', 1)[0] ?? '').trim().toLowerCase()

const parameter = (value: string, name: 'boundary' | 'charset'): string => {
  const [, quoted, bare] = parameters[name].exec(value) ?? []
  return (quoted ?? bare ?? '').trimEnd()
}

const parameters = {
  boundary: /;\s{0,20}boundary\s{0,20}=\s{0,20}(?:"([^"]{0,1000})"|([^\s;"]{1,1000}))/i,
  charset: /;\s{0,20}charset\s{0,20}=\s{0,20}(?:"([^"]{0,100})"|([^\s;"]{1,100}))/i
}
