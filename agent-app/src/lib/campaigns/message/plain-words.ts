const entities: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' '
}

const attribute = (attributes: string, name: string) =>
  new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(attributes)?.slice(1).find(Boolean) ?? ''

/**
 * The plain form of a document, to begin with when somebody wants to write it themselves: its words, links behind what
 * leads to them, Liquid as it stands.
 */
export function plainWords(mjml: string): string {
  const kept: string[] = []
  // Liquid may hold anything that looks like a tag.
  const masked = mjml.replace(
    /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g,
    (one) => `\uE000${String(kept.push(one) - 1)}\uE001`
  )
  const linked = (attributes: string, content: string) => {
    const words = content.replace(/<[^>]*>/g, '').trim()
    const href = attribute(attributes, 'href')
    return href && href !== words ? `${words} (${href})` : words
  }
  return masked
    .replace(/<!--[\s\S]*?-->|<(mj-head|style|mj-style)\b[\s\S]*?<\/\1>/gi, '')
    .replace(/\s+/g, ' ')
    .replace(
      /<mj-button\b([^>]*)>(.*?)<\/mj-button>/gi,
      (_, a: string, words: string) => `\n\n${linked(a, words)}\n\n`
    )
    .replace(/<a\b([^>]*)>(.*?)<\/a>/gi, (_, a: string, words: string) => linked(a, words))
    .replace(/<mj-image\b([^>]*)>/gi, (_, a: string) => `\n\n${attribute(a, 'alt')}\n\n`)
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<li\b[^>]*>/gi, '\n- ')
    .replace(/<\/?(p|h[1-6]|ul|ol|tr|div|mj-[\w-]+|mjml)\b[^>]*>/gi, '\n\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|#39|nbsp);/g, (one) => entities[one] ?? one)
    .replace(/&amp;/g, '&')
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/\uE000(\d+)\uE001/g, (_, n: string) => kept[Number(n)] ?? '')
    .trim()
}
