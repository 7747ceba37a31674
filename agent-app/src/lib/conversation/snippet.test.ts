import type { Message } from '@palabre/config/contract/message'
import { describe, expect, it } from 'vitest'
import { snippetOf } from './snippet.ts'

const message = (change: Partial<Message>) =>
  ({ text: '', quotedFrom: null, attachments: [], ...change }) as unknown as Message

describe('the beginning of a message', () => {
  it('is one line, without what it quotes', () => {
    expect(snippetOf(message({ text: 'First\n\nsecond   third\n> old', quotedFrom: 22 }))).toBe(
      'First second third'
    )
  })
  it('is cut between characters', () => {
    const cut = snippetOf(message({ text: '👩🏽'.repeat(200) }))
    expect(cut.endsWith('…')).toBe(true)
    expect(cut.isWellFormed()).toBe(true)
  })
  it('names a file where nothing is said', () => {
    expect(snippetOf(message({ attachments: [{ name: 'a.pdf' }] as Message['attachments'] }))).toBe('a.pdf')
    expect(snippetOf(message({}))).toBe('')
  })
})
