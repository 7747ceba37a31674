const tag = /<!--[\s\S]*?-->|<(\/?)([a-z][\w:-]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/gi

/** Parts of the document that stand right in its body: `<mj-section>`, `<mj-wrapper>`, `<mj-hero>`. */
function partsOf(mjml: string): { start: number; end: number }[] | null {
  const parts: { start: number; end: number }[] = []
  let open: { name: string; start: number } | null = null
  let depth = 0
  let isInBody = false
  for (const match of mjml.matchAll(tag)) {
    const [whole, close, given, rest = ''] = match
    const name = given?.toLowerCase()
    if (name === undefined) continue
    const end = match.index + whole.length
    if (name === 'mj-body') isInBody = !close
    else if (!isInBody) continue
    else if (!open) {
      if (close) continue
      if (rest.endsWith('/')) parts.push({ start: match.index, end })
      else {
        open = { name, start: match.index }
        depth = 1
      }
    } else if (name === open.name && !rest.endsWith('/')) {
      depth += close ? -1 : 1
      if (depth === 0) {
        parts.push({ start: open.start, end })
        open = null
      }
    }
  }
  return open ? null : parts
}

/**
 * Where a block of the library goes: behind the part that the caret is in or after, never into it. Null where the text
 * is no document that has a body.
 */
export function placeForBlock(
  mjml: string,
  caret: number
): { at: number; put: (block: string) => string } | null {
  const body = /<mj-body\b[^>]*>/i.exec(mjml)
  const end = mjml.search(/<\/mj-body>/i)
  const parts = partsOf(mjml)
  if (!body || end < 0 || !parts) return null
  const start = body.index + body[0].length
  const before = parts.filter((part) => part.start < caret).at(-1)
  const at = caret >= end ? (parts.at(-1)?.end ?? start) : (before?.end ?? start)
  return { at, put: (block) => `\n${block.replace(/^(?=.)/gm, '    ')}` }
}
