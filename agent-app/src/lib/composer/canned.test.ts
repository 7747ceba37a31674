import type { CannedAnswer } from '@palabre/config/contract/setting'
import { describe, expect, it } from 'vitest'
import { fill, suggest, trigger } from './canned.ts'

const answer = (shortcut: string, change: Partial<CannedAnswer> = {}): CannedAnswer => ({
  id: shortcut,
  version: 1,
  archived: false,
  updatedAt: '2026-11-23T10:00:00Z',
  shortcut,
  title: shortcut,
  text: 'text',
  html: null,
  locale: 'en',
  queueIds: [],
  ...change
})

describe('canned answers', () => {
  it('fill in names, escaped in HTML, and leave other braces alone', () => {
    const names = { contact: 'A & B', agent: 'Awa', queue: 'Cards' }
    expect(fill('{{contact.name}}, {{ agent.name }} {{other}}', names)).toBe('A & B, Awa {{other}}')
    expect(fill('<p>{{contact.name}}</p>', names, true)).toBe('<p>A &amp; B</p>')
  })

  it('are found by shortcut before title, in the language of the contact, and only for the queue', () => {
    const list = [
      answer('other', { title: 'Hello there' }),
      answer('hello'),
      answer('hello-fr', { locale: 'fr' }),
      answer('hello-loans', { queueIds: ['loans'] })
    ]
    const found = suggest(list, 'hel', { queueId: 'cards', locale: 'fr' })
    expect(found.map(({ shortcut }) => shortcut)).toEqual(['hello-fr', 'hello', 'other'])
  })

  it.each([
    ['/hel', { sign: '/', typed: 'hel', length: 4 }],
    ['see @aw', { sign: '@', typed: 'aw', length: 3 }],
    ['and/or', null],
    ['me@example', null],
    ['/hello you', null]
  ])('are asked for by %s', (before, wanted) => expect(trigger(before)).toEqual(wanted))
})
