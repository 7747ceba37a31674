import { cut } from '../../clean-text.ts'

/** Cuts words into pieces that each fit, at the end of a line or a word where there is one. */
export function split(text: string, fits: (piece: string) => boolean): string[] {
  const pieces: string[] = []
  let rest = text.trim()
  while (rest !== '') {
    const piece = fits(rest) ? rest : firstOf(rest, fits)
    pieces.push(piece.trimEnd())
    rest = rest.slice(piece.length).trimStart()
  }
  return pieces
}

function firstOf(text: string, fits: (piece: string) => boolean): string {
  let least = 1
  let most = text.length
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (fits(cut(text, middle))) least = middle
    else most = middle - 1
  }
  const whole = cut(text, least) || text.slice(0, 2)
  const space = Math.max(whole.lastIndexOf('\n'), whole.lastIndexOf(' '))
  // A word as long as half a message is cut.
  return space > whole.length / 2 ? whole.slice(0, space) : whole
}
