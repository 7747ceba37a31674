import { describe, expect, it } from 'vitest'
import { faultIn, indent, newLine, outdent, placeOfLine, type Replacing, type Selected } from './lines.ts'

/** A text whose selection is written as [ and ]. */
const read = (marked: string): Selected => {
  const from = marked.indexOf('[')
  return { text: marked.replace(/[[\]]/g, ''), from, to: marked.indexOf(']') - 1 }
}
const shown = ({ text }: Selected, { at, until, put, from, to }: Replacing) => {
  const done = text.slice(0, at) + put + text.slice(until)
  return `${done.slice(0, from)}[${done.slice(from, to)}]${done.slice(to)}`
}
const after = (edit: (selected: Selected) => Replacing, marked: string) =>
  shown(read(marked), edit(read(marked)))

describe('the keys of the editor', () => {
  it('put spaces at the caret, or before all lines that are selected', () => {
    expect(after(indent, 'a[]b')).toBe('a  []b')
    expect(after(indent, 'a\nb[b\nc]c')).toBe('a\n  b[b\n  c]c')
  })
  it('take them away again, never more than there are', () => {
    expect(after(outdent, '  a\n b[b\n   c]')).toBe('  a\nb[b\n c]')
    expect(after(outdent, 'a[]')).toBe('a[]')
    expect(after(outdent, ' [] a')).toBe('[]a')
    expect(after(outdent, '    a[]')).toBe('  a[]')
  })
  it('begin a line as deep as the one before', () => {
    expect(after(newLine, '    a[]')).toBe('    a\n    []')
    expect(after(newLine, '  a[bc]d')).toBe('  a\n  []d')
  })
})

describe('a fault', () => {
  it('is read from what the hub says, and found in the text', () => {
    expect(faultIn('Line 12: <mj-foo> is no element of MJML')).toEqual({
      line: 12,
      what: '<mj-foo> is no element of MJML'
    })
    expect(faultIn('tag not closed')).toEqual({ line: null, what: 'tag not closed' })
    expect(placeOfLine('a\nbcd\ne', 2)).toEqual({ from: 2, to: 5 })
    expect(placeOfLine('a\nbcd', 9)).toEqual({ from: 2, to: 5 })
  })
})
