/** What makes filters, and readers, take a mail for spam. */
export interface Trait {
  trait:
    | 'capitals'
    | 'exclamation'
    | 'shortener'
    | 'pictures'
    | 'no-text'
    | 'money'
    | 'long-subject'
    | 'hidden-address'
  detail: string
}

const shorteners = new Set([
  'bit.ly',
  'tinyurl.com',
  't.co',
  'goo.gl',
  'ow.ly',
  'is.gd',
  'buff.ly',
  'cutt.ly',
  'rebrand.ly',
  'rb.gy',
  'shorturl.at'
])
const fewWords = 30
const longSubject = 78

/** A small list with reasons, of what one can see without a filter. */
export function traitsOf({
  subject,
  html,
  text,
  links
}: {
  subject: string
  html: string
  text: string
  links: string[]
}): Trait[] {
  const found: Trait[] = []
  const letters = subject.replace(/[^\p{L}]/gu, '')
  if (letters.length >= 8 && letters === letters.toUpperCase() && letters !== letters.toLowerCase())
    found.push({ trait: 'capitals', detail: subject })
  if (/[!?]{2,}|!.*!/.test(subject)) found.push({ trait: 'exclamation', detail: subject })
  if (/(\$|€|£)\s?\d{4,}|100\s?%\s?(free|gratuit)|\bact now\b|\burgent\b/i.test(subject))
    found.push({ trait: 'money', detail: subject })
  if ([...subject].length > longSubject)
    found.push({ trait: 'long-subject', detail: String([...subject].length) })
  for (const link of links) {
    const host = hostOf(link)
    if (host !== null && shorteners.has(host)) found.push({ trait: 'shortener', detail: link })
    if (host !== null && /^[\d.]+$|^\[/.test(host)) found.push({ trait: 'hidden-address', detail: link })
  }
  const pictures = (html.match(/<img\b/gi) ?? []).length
  const words = text.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length
  if (words === 0) found.push({ trait: 'no-text', detail: String(pictures) })
  else if (pictures >= 2 && words < fewWords)
    found.push({ trait: 'pictures', detail: `${String(pictures)} / ${String(words)}` })
  return found
}

export function hostOf(link: string): string | null {
  try {
    return new URL(link).hostname.replace(/^www\./, '')
  } catch {
    return null
  }
}
