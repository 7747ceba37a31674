export interface Piece {
  text: string
  href?: string
  mention?: boolean
  /** A telephone number, E.164. */
  number?: string
}

/** Where a number stands in a text. */
export interface FoundNumber {
  at: number
  length: number
  number: string
}

const web = /(?:https?:\/\/|www\.)[^\s<>"“”«»]+/gi
/** A sentence's own punctuation is no part of the address in it. */
const tail = /[.,;:!?)\]}'’]+$/

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Plain text with its web addresses as links, `@name` of those mentioned, and the numbers that were found in it. */
export function pieces(
  text: string,
  names: readonly string[] = [],
  numbers: readonly FoundNumber[] = []
): Piece[] {
  const found: { at: number; piece: Piece }[] = []
  for (const match of text.matchAll(web)) {
    const shown = match[0].replace(tail, '')
    found.push({
      at: match.index,
      piece: { text: shown, href: shown.startsWith('www.') ? `https://${shown}` : shown }
    })
  }
  if (names.length) {
    const pattern = new RegExp(names.map((name) => escaped(`@${name}`)).join('|'), 'g')
    for (const match of text.matchAll(pattern))
      found.push({ at: match.index, piece: { text: match[0], mention: true } })
  }
  for (const { at, length, number } of numbers)
    found.push({ at, piece: { text: text.slice(at, at + length), number } })
  found.sort((a, b) => a.at - b.at)
  const result: Piece[] = []
  let done = 0
  for (const { at, piece } of found) {
    if (at < done) continue
    if (at > done) result.push({ text: text.slice(done, at) })
    result.push(piece)
    done = at + piece.text.length
  }
  if (done < text.length) result.push({ text: text.slice(done) })
  return result
}
