import { cleanHtml } from './clean-html.ts'
import { plainText } from './plain-text.ts'
import { quotedFrom } from './quoted-text.ts'

export interface Body {
  text: string
  html: string | undefined
}

/**
 * Puts the account's signature under what was written and above what is quoted. It is words or HTML, as its author
 * pleased; "-- " is the line by which mail programs know and fold it (RFC 3676 §4.3).
 */
export const sign = (body: Body, signature: string): Body => {
  if (signature.trim() === '') return body
  const isHtml = /<[a-z][^<>]*>/i.test(signature)
  const words = isHtml ? plainText(signature) : signature.trim()
  const rich = isHtml
    ? cleanHtml(signature, { remoteImages: 'keep' })
    : signature.trim().split('\n').map(escape).join('<br>')
  const textAt = quotedFrom(body.text) ?? body.text.length
  const written = body.text.slice(0, textAt).trimEnd()
  const quoted = body.text.slice(textAt)
  return {
    text: `${written}\n\n-- \n${words}\n${quoted === '' ? '' : `\n${quoted}`}`,
    html: body.html === undefined ? undefined : insert(body.html, `<div><br>-- <br>${rich}</div>`)
  }
}

const insert = (html: string, signature: string): string => {
  const quote = /<(div|blockquote)\b[^<>]*\bdata-quoted\b/i.exec(html)
  const end = /<\/body>/i.exec(html)
  const at = quote?.index ?? end?.index ?? html.length
  return html.slice(0, at) + signature + html.slice(at)
}

const escape = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
