import { Engine } from 'mrml'
import type { Masked, TemplateFault } from './liquid.ts'

const engine = new Engine()

/** Deeper documents are nobody's mail, and the compiler walks them by recursion. */
const mostDepth = 60
const mostElements = 5000

/** The elements of MJML 4; the compiler lets others through as they are. */
const known = new Set(
  [
    'mjml mj-head mj-body mj-attributes mj-all mj-class mj-breakpoint mj-font mj-html-attributes mj-selector',
    'mj-html-attribute mj-preview mj-style mj-title mj-accordion mj-accordion-element mj-accordion-title',
    'mj-accordion-text mj-button mj-carousel mj-carousel-image mj-column mj-divider mj-group mj-hero mj-image',
    'mj-navbar mj-navbar-link mj-raw mj-section mj-social mj-social-element mj-spacer mj-table mj-text mj-wrapper'
  ]
    .join(' ')
    .split(' ')
)
const empty = new Set(['br', 'hr', 'img', 'input', 'meta', 'link', 'col', 'wbr'])

/** HTML of a document, or where it is wrong. */
export type Compiled = { html: string } | { fault: TemplateFault }

/** Turns MJML with masked Liquid into HTML. */
export function compileMjml(source: Masked): Compiled {
  const fault = faultIn(source)
  if (fault) return { fault }
  let result: ReturnType<Engine['toHtml']>
  try {
    result = engine.toHtml(source.text)
  } catch (error) {
    return { fault: { message: `This cannot be read as MJML: ${(error as Error).message}`, line: null } }
  }
  return result.type === 'error' ? { fault: compilerFault(source, result) } : { html: result.content }
}

/** What the compiler would let through, or die of. */
function faultIn(source: Masked): TemplateFault | null {
  const text = source.text.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ' '))
  let depth = 0
  let elements = 0
  for (const match of text.matchAll(/<(\/?)([a-z][\w:-]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/gi)) {
    const [, close, name = '', rest = ''] = match
    const tag = name.toLowerCase()
    const at = () => lineAt(source, text, match.index)
    if ((tag.startsWith('mj-') || tag === 'mjml') && !known.has(tag))
      return { message: `<${tag}> is no element of MJML`, line: at() }
    if (['script', 'iframe', 'object', 'embed', 'form'].includes(tag))
      return { message: `<${tag}> is carried by no mail program`, line: at() }
    if (/\son\w+\s*=/i.test(rest)) return { message: `<${tag}> has an event handler`, line: at() }
    if (/=\s*["']?\s*javascript:/i.test(rest)) return { message: `<${tag}> has a script in it`, line: at() }
    if (++elements > mostElements)
      return { message: `It has more than ${String(mostElements)} elements`, line: at() }
    if (close) depth--
    else if (!rest.endsWith('/') && !empty.has(tag) && ++depth > mostDepth)
      return { message: `Elements stand in each other more than ${String(mostDepth)} deep`, line: at() }
  }
  return null
}

interface CompilerError {
  message: string
  details?: { source?: string; position?: { start: number } }
}

function compilerFault(source: Masked, error: object): TemplateFault {
  const { message, details } = error as CompilerError
  const said = details?.source ?? ''
  const told = /\bat (\d+):\d+/.exec(said)?.[1]
  const line =
    details?.position !== undefined
      ? lineAt(source, source.text, wordAt(source.text, details.position.start))
      : told === undefined
        ? null
        : Number(told) + source.linesWithin(source.within(linesUntil(source.text, Number(told))).length)
  const words = [message.replace(/ in root template.*$/, ''), said.replace(/\bat \d+:\d+ (cause )?/, '')]
  return { message: words.filter(Boolean).join(': '), line }
}

/** A stretch of words begins with the line breaks before it. */
const wordAt = (text: string, offset: number) => offset + (/^\s*/.exec(text.slice(offset))?.[0].length ?? 0)

const linesUntil = (text: string, line: number) =>
  text
    .split('\n')
    .slice(0, line - 1)
    .join('\n')

/** The line of the author's source: tags may have lines of their own. */
const lineAt = (source: Masked, text: string, offset: number): number => {
  const before = text.slice(0, offset)
  return before.split('\n').length + source.linesWithin(source.within(before).length)
}
