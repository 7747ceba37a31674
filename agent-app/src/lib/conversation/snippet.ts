import type { Message } from '@palabre/config/contract/message'

const longest = 160

/** The beginning of a message on one line, for where it is only pointed at; '' when it has no words and no file. */
export function snippetOf({ text, quotedFrom, attachments }: Message): string {
  const said = (quotedFrom === null ? text : text.slice(0, quotedFrom)).replace(/\s+/g, ' ').trim()
  if (!said) return attachments[0]?.name ?? ''
  // Cut between characters, never within one.
  const letters = [...said]
  return letters.length > longest ? `${letters.slice(0, longest).join('').trimEnd()}…` : said
}
