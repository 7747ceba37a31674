/** A piece of a text: words, or an address of the web that may be opened. */
export interface Piece {
  text: string
  href?: string
}

const candidate = /https?:\/\/[^\s<>"“”«»]+/gi

/**
 * Finds the addresses in a text. Only http and https open; what closes a sentence or a bracket around the address is not
 * part of it. The text is never changed: joined, the pieces are the text.
 */
export function findLinks(text: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of text.matchAll(candidate)) {
    const shown = trimEnd(match[0])
    const url = parse(shown)
    if (!url) continue
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) })
    pieces.push({ text: shown, href: url.href })
    from = match.index + shown.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}

function trimEnd(address: string): string {
  let end = address
  for (;;) {
    const last = end.at(-1) ?? ''
    const isUnbalanced = last === ')' && end.split(')').length > end.split('(').length
    if (!isUnbalanced && !/[.,;:!?'’\]}…*_]/.test(last)) return end
    end = end.slice(0, -1)
  }
}

/** An address with a user name in it shows one site and opens another. */
function parse(address: string): URL | null {
  try {
    const url = new URL(address)
    return /^https?:$/.test(url.protocol) && url.username === '' ? url : null
  } catch {
    return null
  }
}
