const length = '[0-9.]{1,8}(?:px|pt|em|rem|ex|ch|%|cm|mm|in|pc)?'
const color = '(?:#[0-9a-f]{3,8}|[a-z]{3,30}|(?:rgb|hsl)a?\\([0-9.,%/ deg]{1,40}\\))'
const line = '(?:none|hidden|solid|dashed|dotted|double|groove|ridge|inset|outset|thin|medium|thick)'
const words = (...list: string[]) => new RegExp(`^(?:${list.join('|')})$`)
const some = (part: string, most: number) => new RegExp(`^(?:${part})(?: (?:${part})){0,${most - 1}}$`)
const sizes = some(`${length}|auto|0`, 4)
const border = some(`${length}|${line}|${color}`, 6)

const allowed = new Map<string, RegExp>([
  ['color', some(color, 1)],
  ['background-color', some(color, 1)],
  ['background', some(color, 1)],
  ['font', /^[\w\s.,%'"/-]{1,120}$/],
  ['font-family', /^[\w\s.,'"-]{1,200}$/],
  ['font-size', some(`${length}|(?:xx?-)?(?:small|large)|medium|smaller|larger`, 1)],
  ['font-style', words('normal', 'italic', 'oblique')],
  ['font-weight', words('normal', 'bold', 'bolder', 'lighter', '[1-9]00')],
  ['font-variant', words('normal', 'small-caps')],
  ['text-align', words('left', 'right', 'center', 'justify', 'start', 'end')],
  ['text-decoration', some(`none|underline|overline|line-through|${color}|solid|dotted|dashed`, 3)],
  ['text-transform', words('none', 'uppercase', 'lowercase', 'capitalize')],
  ['text-indent', some(length, 1)],
  ['letter-spacing', some(`normal|${length}`, 1)],
  ['line-height', some(`normal|${length}`, 1)],
  ['white-space', words('normal', 'nowrap', 'pre', 'pre-wrap', 'pre-line')],
  ['word-break', words('normal', 'break-all', 'break-word', 'keep-all')],
  ['overflow-wrap', words('normal', 'break-word', 'anywhere')],
  ['direction', words('ltr', 'rtl')],
  ['vertical-align', some(`baseline|sub|super|top|middle|bottom|text-top|text-bottom|${length}`, 1)],
  [
    'display',
    words('none', 'block', 'inline', 'inline-block', 'table', 'table-row', 'table-cell', 'list-item')
  ],
  ['float', words('none', 'left', 'right')],
  ['clear', words('none', 'left', 'right', 'both')],
  ['list-style-type', /^[a-z-]{1,30}$/],
  ['border-collapse', words('collapse', 'separate')],
  ['border-spacing', some(length, 2)],
  ['border-radius', some(length, 4)],
  ...['width', 'height', 'max-width', 'max-height', 'min-width', 'min-height'].map(
    (name) => [name, some(`${length}|auto|none`, 1)] as const
  ),
  ...['margin', 'padding'].flatMap((name) =>
    ['', '-top', '-right', '-bottom', '-left'].map((side) => [name + side, sizes] as const)
  ),
  ...['', '-top', '-right', '-bottom', '-left'].flatMap((side) =>
    ['', '-color', '-style', '-width'].map((what) => [`border${side}${what}`, border] as const)
  )
])

/**
 * The declarations of a style attribute that only change how words look in their place. Nothing that loads (`url`),
 * leaves the flow (`position`, negative margins) or hides behind escapes or comments passes: unknown is dropped.
 */
export const cleanStyle = (style: string): string => {
  const kept: string[] = []
  for (const declaration of style.slice(0, 4_000).split(';')) {
    const colon = declaration.indexOf(':')
    if (colon < 0) continue
    const name = declaration.slice(0, colon).trim().toLowerCase()
    const rule = allowed.get(name)
    if (!rule) continue
    const value = declaration
      .slice(colon + 1, colon + 300)
      .replace(/!\s*important\s*$/i, '')
      .replace(/\s+/g, ' ')
      .trim()
    if (rule.test(name.startsWith('font') ? value : value.toLowerCase())) kept.push(`${name}:${value}`)
  }
  return kept.join(';')
}
