const unit = '  '

/** A text with what is selected in it. */
export interface Selected {
  text: string
  from: number
  to: number
}
/** What is put in the place of a part of a text, and what is selected then. */
export interface Replacing {
  at: number
  until: number
  put: string
  from: number
  to: number
}

const startOfLine = (text: string, at: number) => text.lastIndexOf('\n', at - 1) + 1

/** Tab: two spaces at the caret, or before every line that is selected. */
export function indent({ text, from, to }: Selected): Replacing {
  if (from === to) return { at: from, until: to, put: unit, from: from + unit.length, to: from + unit.length }
  const at = startOfLine(text, from)
  const lines = text.slice(at, to).split('\n')
  const put = lines.map((line) => unit + line).join('\n')
  return { at, until: to, put, from: from + unit.length, to: at + put.length }
}

/** Shift and Tab: two spaces less before every line that is touched. */
export function outdent({ text, from, to }: Selected): Replacing {
  const at = startOfLine(text, from)
  const lines = text.slice(at, to).split('\n')
  const taken = lines.map((line) => Math.min(unit.length, /^ */.exec(line)?.[0].length ?? 0))
  // The caret may stand within the spaces, which go on behind it.
  const first = Math.min(unit.length, /^ */.exec(text.slice(at))?.[0].length ?? 0)
  const until = lines.length === 1 ? Math.max(to, at + first) : to
  const whole = text.slice(at, until).split('\n')
  const put = whole.map((line, n) => line.slice(n === 0 ? first : (taken[n] ?? 0))).join('\n')
  const less = until - at - put.length
  return { at, until, put, from: Math.max(at, from - first), to: Math.max(at, to - less) }
}

/** Enter: a new line that begins as deep as this one. */
export function newLine({ text, from, to }: Selected): Replacing {
  const line = text.slice(startOfLine(text, from), from)
  const put = `\n${/^ */.exec(line)?.[0] ?? ''}`
  return { at: from, until: to, put, from: from + put.length, to: from + put.length }
}

/** Where a line stands, counted from 1; the last one for those beyond it. */
export function placeOfLine(text: string, line: number): { from: number; to: number } {
  const lines = text.split('\n')
  const index = Math.min(Math.max(1, line), lines.length) - 1
  const from = lines.slice(0, index).reduce((sum, one) => sum + one.length + 1, 0)
  return { from, to: from + (lines[index] ?? '').length }
}

/** "Line 12: <mj-foo> is no element of MJML" in its parts. */
export function faultIn(said: string): { line: number | null; what: string } {
  const [, line, what] = /^Line (\d+): ([\s\S]*)$/.exec(said) ?? []
  return line === undefined ? { line: null, what: said } : { line: Number(line), what: what ?? '' }
}
