import EmailReplyParser from 'email-reply-parser'
import { limits } from './limits.ts'
import { tookTooLong, within } from './within.ts'

const original =
  /^\s*-{2,}\s*(original message|message d['’]origine|message original|ursprüngliche nachricht|mensaje original|messaggio originale|mensagem original)\s*-{2,}\s*$/i
const wrote = /(\bwrote|\ba écrit|\bécrit)\s?:?\s*$/i
const wroteStart = /^\s*(>\s*)*(on|le)\s/i
const from = /^\s*\*?(from|de|von|da|van)\s?:/i
const headerLine =
  /^\s*\*?(sent|date|to|cc|subject|envoyé(\s+le)?|à|objet|gesendet|an|betreff|enviado(\s+el)?|para|asunto|inviato|a|oggetto)\s?:/i
const signature = /^-- ?$/

/**
 * The index into `text` from which the rest quotes earlier messages; undefined when nothing is quoted, when all is,
 * or when the answer stands between or below the quoted lines, where folding would hide it.
 */
export const quotedFrom = (text: string): number | undefined => {
  const lines = text.slice(0, limits.textChars).split('\n')
  const divider = dividerLine(lines)
  const run = quotedRun(lines.slice(0, divider ?? lines.length))
  const line = run ?? divider
  const found = line === undefined ? byLibrary(text) : offsetOf(lines, line)
  return found !== undefined && text.slice(0, found).trim() !== '' ? found : undefined
}

const offsetOf = (lines: readonly string[], line: number): number =>
  lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0)

/** The first line after which everything is an earlier message (Outlook; and replies that quote without a mark). */
const dividerLine = (lines: readonly string[]): number | undefined => {
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? ''
    if (line.length > 1_000) continue
    if (original.test(line)) return i
    if (
      from.test(line) &&
      lines.slice(i + 1, i + 7).filter((next) => headerLine.test(next.slice(0, 40))).length >= 2
    ) {
      return /^\s*_{10,}\s*$/.test(lines[i - 1] ?? '') ? i - 1 : i
    }
    const end = attributionEnd(lines, i)
    if (end !== undefined && !nextWords(lines, end + 1).startsWith('>')) return i
  }
  return undefined
}

/** "On Monday, Awa <awa@…> wrote:" may be folded over three lines; returns the last of them. */
const attributionEnd = (lines: readonly string[], at: number): number | undefined => {
  if (!wroteStart.test((lines[at] ?? '').slice(0, 40))) return undefined
  for (let end = at; end < Math.min(at + 3, lines.length); end++) {
    const joined = lines.slice(at, end + 1).join(' ')
    if (joined.length > 500) return undefined
    if (wrote.test(joined.slice(-30)) && /[\d@]/.test(joined)) return end
  }
  return undefined
}

const nextWords = (lines: readonly string[], from: number): string => {
  for (let i = from; i < lines.length; i++) {
    const line = lines[i] ?? ''
    if (line.trim() !== '') return line.trimStart()
  }
  return ''
}

/** The first line of the `>` lines that end the text, with their attribution; a signature may follow them. */
const quotedRun = (lines: readonly string[]): number | undefined => {
  const isQuote = (line: string) => line.trimStart().startsWith('>')
  const sign = lines.findLastIndex((line) => signature.test(line))
  const signed = sign >= 0 && lines.length - sign <= 12 && !lines.slice(sign).some(isQuote)
  let at = (signed ? sign : lines.length) - 1
  let first: number | undefined
  for (; at >= 0; at--) {
    const line = lines[at] ?? ''
    if (isQuote(line)) first = at
    else if (line.trim() !== '') break
  }
  if (first === undefined) return undefined
  for (let start = at; start >= Math.max(0, at - 2) && lines[start]?.trim(); start--) {
    if (introduces(lines.slice(start, at + 1).join(' '))) return start
  }
  return first
}

/** In every language the line above a marked quotation ends in a colon and tells when. */
const introduces = (line: string): boolean =>
  line.length < 500 && /:\s*$/.test(line.slice(-5)) && /\d{4}|\d{1,2}\s?[:h.]\s?\d{2}/.test(line)

/** Other languages, by a library whose patterns can backtrack without end on a hostile text: hence the limits. */
const byLibrary = (text: string): number | undefined => {
  const head = text.slice(0, limits.quoteSearchChars).replace(/\n{3,}/g, '\n\n')
  try {
    const fragments = within(limits.quoteSearchMs, () => new EmailReplyParser().read(head).getFragments())
    const lastShown = fragments.findLastIndex((fragment) => !fragment.isHidden())
    const quote = fragments.findIndex((fragment, i) => i > lastShown && fragment.isQuoted())
    if (lastShown < 0 || quote < 0) return undefined
    const shown = fragments
      .slice(0, quote)
      .map((fragment) => fragment.getContent())
      .join('')
    return lineAfter(text, shown.replace(/\s+/g, '').length)
  } catch (error) {
    if (tookTooLong(error)) return undefined
    throw error
  }
}

/** The library moves white space about; the other characters of what it shows are those of the text. */
const lineAfter = (text: string, solid: number): number => {
  let at = 0
  for (let left = solid; left > 0 && at < text.length; at++) if (/\S/.test(text[at] ?? '')) left--
  while (at < text.length && /\s/.test(text[at] ?? '')) at++
  return text.lastIndexOf('\n', at - 1) + 1 || at
}
