import { limits } from './limits.ts'
import { within } from './within.ts'

/** How an element of somebody's mail program introduces quoted text. */
type Hint = 'block' | 'line' | 'rest'

/** Gmail, Thunderbird, Apple Mail, Yahoo, Proton: the quotation is inside the element, or this is the line above it. */
const blockClass = /\b(yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra)\b/
const lineClass = /\b(gmail_attr|moz-cite-prefix)\b/
/** Outlook and Zimbra: this element only divides; all that follows it is quoted. */
const dividerId = /^(x_)*(divRplyFwdMsg|appendonsend|zwchr|OLK_SRC_BODY_SECTION|reply-intro)$/
const outlookRule = /border-top:\s*solid\s*#(E1E1E1|B5C4DF|C0C0C0)\s*1(\.0)?pt/i

/** What an element, as its sender wrote it, says about quotation; undefined when nothing. */
export const quoteHint = (tag: string, attributes: Record<string, string>): Hint | undefined => {
  const classes = (attributes['class'] ?? '').slice(0, 300)
  if (tag === 'blockquote' || blockClass.test(classes)) return 'block'
  if (lineClass.test(classes)) return 'line'
  if (dividerId.test(attributes['id'] ?? '') || /\bOutlookMessageHeader\b/.test(classes)) return 'rest'
  if (tag === 'div' && outlookRule.test((attributes['style'] ?? '').slice(0, 1_000))) return 'rest'
  return undefined
}

interface Element {
  tag: string
  open: string
  hint: Hint | undefined
  children: (Element | string)[]
}

const empty = new Set(['br', 'hr', 'img', 'col', 'wbr'])
/** "On 3 May 2026, Awa wrote:" as the last thing before a quotation, in the languages met most. */
const attribution =
  /(wrote|a écrit|écrit|schrieb|escribió|ha scritto|scritto|escreveu|schreef|napisał\(?a?\)?|skrev)\s?:\s*$/i

/**
 * Wraps what quotes earlier messages into elements with `data-quoted`, so that the app can fold them. Takes cleaned
 * HTML whose hints `quoteHint` left in `data-quoted`, and takes those out. A mail that is nothing but quotation (a
 * forwarded one) is left unmarked. Throws when it takes too long (see `tookTooLong`).
 */
export const markQuotes = (html: string): string => {
  if (!html.includes(' data-quoted="')) return html
  return within(limits.cleanHtmlMs, () => {
    const marked = readTree(html)
    wrapQuotes(marked)
    return write(saysSomething(marked) ? marked : readTree(html))
  })
}

/** Is there anything outside the quotations? */
const saysSomething = (node: Element): boolean =>
  node.children.some((child) =>
    typeof child === 'string'
      ? hasContent(child)
      : child.open !== quoteOpen && (child.tag === 'img' || saysSomething(child))
  )

const quoteOpen = '<div data-quoted="">'

const readTree = (html: string): Element => {
  const root: Element = { tag: '', open: '', hint: undefined, children: [] }
  const path = [root]
  const tagAt = /<(\/?)([a-z0-9]+)([^>]*)>/g
  let done = 0
  for (let match = tagAt.exec(html); match; match = tagAt.exec(html)) {
    const [whole, slash, tag = '', attributes = ''] = match
    const parent = path[path.length - 1] ?? root
    if (match.index > done) parent.children.push(html.slice(done, match.index))
    done = match.index + whole.length
    if (slash) {
      if (path.length > 1 && parent.tag === tag) path.pop()
      continue
    }
    const hint = / data-quoted="(block|line|rest)"/.exec(attributes)?.[1] as Hint | undefined
    const open = whole.replace(/ data-quoted="[^"]*"/, '')
    const element: Element = { tag, open, hint, children: [] }
    parent.children.push(element)
    if (!empty.has(tag)) path.push(element)
  }
  if (done < html.length) root.children.push(html.slice(done))
  return root
}

/** Wraps in place; true when everything after this element is quoted too. */
const wrapQuotes = ({ children }: Element): boolean => {
  for (let i = 0; i < children.length; i++) {
    const child = children[i]
    if (child === undefined || typeof child === 'string') continue
    if (leadsWithDivider(child)) {
      const start = startOf(children, i)
      children.splice(start, children.length, quoted(children.slice(start)))
      return true
    }
    if (child.hint === 'block') {
      const start = startOf(children, i)
      children.splice(start, i - start + 1, quoted(children.slice(start, i + 1)))
      i = start
    } else if (wrapQuotes(child)) {
      const rest = children.slice(i + 1)
      if (rest.some(hasContent)) children.splice(i + 1, rest.length, quoted(rest))
      return true
    }
  }
  return false
}

const quoted = (children: (Element | string)[]): Element => ({
  tag: 'div',
  open: quoteOpen,
  hint: undefined,
  children
})

const leadsWithDivider = (element: Element): boolean => {
  if (element.hint === 'rest') return true
  const first = element.children.find((child) => typeof child !== 'string' || hasContent(child))
  return typeof first === 'object' && element.tag !== 'table' && leadsWithDivider(first)
}

/** Where a quotation begins: its attribution line and the rule above it belong to it. */
const startOf = (children: (Element | string)[], at: number): number => {
  let start = at
  for (let i = at - 1; i >= 0 && at - i <= 6; i--) {
    const child = children[i]
    if (child === undefined) break
    if (typeof child === 'object' && (child.tag === 'hr' || child.hint === 'line')) start = i
    else if (isAttribution(textOf(child))) start = i
    else if (hasContent(child)) break
  }
  return start
}

const isAttribution = (text: string): boolean => text.length < 400 && attribution.test(text.slice(-40))

const textOf = (node: Element | string): string =>
  typeof node === 'string'
    ? node
        .replace(/&nbsp;|\u00a0/g, ' ')
        .replace(/&gt;/g, '>')
        .replace(/&lt;/g, '<')
    : node.children.map(textOf).join('')

const hasContent = (node: Element | string | undefined): boolean => {
  if (node === undefined) return false
  if (typeof node === 'string') return textOf(node).trim() !== ''
  return node.tag === 'img' || node.children.some(hasContent)
}

const write = (node: Element | string): string => {
  if (typeof node === 'string') return node
  const inner = node.children.map(write).join('')
  return node.tag === '' ? inner : node.open + inner + (empty.has(node.tag) ? '' : `</${node.tag}>`)
}
