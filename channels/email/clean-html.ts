import sanitizeHtml from 'sanitize-html'
import { cleanLine } from '../clean-text.ts'
import { cleanStyle } from './clean-style.ts'
import { limits } from './limits.ts'
import { quoteHint } from './mark-quotes.ts'
import { within } from './within.ts'

export interface CleanOptions {
  /** `hold`: the address of a remote image moves to `data-remote-src` until somebody asks for it. */
  remoteImages: 'hold' | 'keep'
  /** The content id to write for `cid:<id>`; undefined when no part has it. */
  contentId?(cid: string): string | undefined
}

const shown = [
  'align',
  'valign',
  'bgcolor',
  'color',
  'face',
  'size',
  'width',
  'height',
  'dir',
  'lang',
  'nowrap'
]
const table = ['border', 'cellpadding', 'cellspacing', 'colspan', 'rowspan', 'span', 'start', 'type']
const presentational = new Set([...shown, ...table])

const tags = [
  ...['p', 'div', 'span', 'br', 'hr', 'center', 'font', 'blockquote', 'pre', 'address', 'article', 'section'],
  ...[
    'header',
    'footer',
    'main',
    'figure',
    'figcaption',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'ul',
    'ol',
    'li'
  ],
  ...['dl', 'dt', 'dd', 'table', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th', 'caption', 'colgroup', 'col'],
  ...[
    'a',
    'img',
    'b',
    'strong',
    'i',
    'em',
    'u',
    's',
    'strike',
    'del',
    'ins',
    'sub',
    'sup',
    'small',
    'big',
    'tt'
  ],
  ...['code', 'kbd', 'samp', 'var', 'abbr', 'cite', 'q', 'mark', 'bdi', 'bdo', 'wbr', 'time']
]

const produced = ['style', 'href', 'target', 'rel', 'src', 'alt', 'title', 'data-remote-src', 'data-quoted']

/**
 * HTML that can be shown inside the hub's own page frame: no script, form, frame, vector image, style sheet, class,
 * id or event; nothing is loaded from outside; links open elsewhere and tell nothing. Throws when the HTML is so
 * built that cleaning takes too long (see `tookTooLong`).
 */
export const cleanHtml = (html: string, options: CleanOptions): string =>
  within(limits.cleanHtmlMs, () =>
    sanitizeHtml(html, {
      allowedTags: tags,
      allowedAttributes: { '*': [...produced, ...presentational] },
      allowedSchemes: ['http', 'https', 'mailto', 'tel'],
      allowedSchemesByTag: { img: ['cid', 'http', 'https'] },
      allowProtocolRelative: false,
      // Styles are read by cleanStyle: the library's CSS parser costs a parse per element.
      parseStyleAttributes: false,
      nestingLimit: limits.htmlDepth,
      nonTextTags: [
        'script',
        'style',
        'title',
        'textarea',
        'option',
        'xmp',
        'noembed',
        'noframes',
        'svg',
        'math',
        'object'
      ],
      // Every attribute is rebuilt: what the sender wrote is only read, so that none slips through under a new name.
      transformTags: {
        '*': (tagName, attributes) => ({ tagName, attribs: rebuild(tagName, attributes, options) })
      },
      exclusiveFilter: (frame) =>
        frame.tag === 'img' && !frame.attribs['src'] && !frame.attribs['data-remote-src']
    })
  )

type Attributes = Record<string, string>

const rebuild = (tag: string, from: Attributes, options: CleanOptions): Attributes => {
  const to: Attributes = {}
  const hint = quoteHint(tag, from)
  if (hint) to['data-quoted'] = hint
  for (const [name, value] of Object.entries(from)) {
    if (presentational.has(name) && /^[\w#%.,\- ]{1,60}$/.test(value)) to[name] = value
  }
  // Word's paragraphs carry their missing margin in a style sheet that does not survive.
  const style = cleanStyle(
    (/\bMso\w*Normal/.test(from['class'] ?? '') ? 'margin:0;' : '') + (from['style'] ?? '')
  )
  if (style) to['style'] = style
  if (from['title']) to['title'] = cleanLine(from['title'], 200)
  if (tag === 'a') Object.assign(to, link(from['href'] ?? ''))
  if (tag === 'img') Object.assign(to, image(from, options))
  return to
}

const parsed = (address: string): URL | undefined => {
  const trimmed = address.trim().replace(/^\/\//, 'https://')
  return trimmed.length <= 4_000 && URL.canParse(trimmed) ? new URL(trimmed) : undefined
}

/** Relative links would point into the hub; anything but these four schemes can run or open something. */
const link = (href: string): Attributes => {
  const url = parsed(href)
  if (!url || !['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol)) return {}
  return { href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow' }
}

const image = (from: Attributes, options: CleanOptions): Attributes => {
  const alt: Attributes = { alt: cleanLine(from['alt'] ?? '', 500) }
  const source = (from['src'] ?? '').trim()
  if (/^cid:/i.test(source)) {
    const id = options.contentId?.(source.slice(4))
    return id ? { src: `cid:${id}`, ...alt } : alt
  }
  const url = parsed(source)
  if (!url || !['http:', 'https:'].includes(url.protocol)) return alt
  return { [options.remoteImages === 'hold' ? 'data-remote-src' : 'src']: url.href, ...alt }
}
