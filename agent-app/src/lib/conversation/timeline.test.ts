import type { Message } from '@palabre/config/contract/message'
import { describe, expect, it } from 'vitest'
import { firstUnread, place, timeline } from './timeline.ts'
import { pieces } from './plain-text.ts'

const message = (id: string, at: string, kind: Message['kind'] = 'in', name = 'Amina'): Message => ({
  id,
  interactionId: 'i',
  conversationId: 'c',
  kind,
  author: { kind: kind === 'in' ? 'contact' : 'agent', id: name, name },
  text: id,
  html: null,
  quotedFrom: null,
  subject: null,
  to: [],
  cc: [],
  attachments: [],
  mentions: [],
  state: 'received',
  failure: null,
  automatic: null,
  hasRaw: false,
  sendAt: null,
  at,
  clientId: null
})
const options = { newFrom: null, complete: true }

const callAt = (id: string, at: string) => ({ id, at, call: null, recordings: [] })

describe('the thread', () => {
  it('has calls at their place, between runs of messages, and older ones when their page is loaded', () => {
    const messages = [message('1', '2026-11-23T10:00:00Z'), message('2', '2026-11-23T10:02:00Z')]
    const calls = [callAt('old', '2026-11-23T09:00:00Z'), callAt('c', '2026-11-23T10:01:00Z')]
    const keys = (complete: boolean) =>
      timeline(messages, [], { newFrom: null, complete, calls }).flatMap((entry) =>
        entry.kind === 'day' ? [] : [entry.key]
      )
    expect(keys(false)).toEqual(['1', 'call-c', '2'])
    expect(keys(true)).toEqual(['call-old', '1', 'call-c', '2'])
    const after = timeline(messages, [], { ...options, calls }).at(-1)
    expect(after).toMatchObject({ key: '2', first: true })
  })

  it('orders by time, then id, and keeps one of each', () => {
    const list = place(
      [message('2', '2026-11-23T10:00:00Z')],
      [
        message('3', '2026-11-23T10:00:00Z'),
        message('1', '2026-11-23T09:00:00Z'),
        message('2', '2026-11-23T10:00:00Z')
      ]
    )
    expect(list.map(({ id }) => id)).toEqual(['1', '2', '3'])
  })

  it('groups what one person writes within five minutes, and separates days', () => {
    const entries = timeline(
      [
        message('1', '2026-11-22T10:00:00Z'),
        message('2', '2026-11-23T10:00:00Z'),
        message('3', '2026-11-23T10:01:00Z'),
        message('4', '2026-11-23T10:02:00Z', 'out', 'Awa'),
        message('5', '2026-11-23T10:20:00Z', 'out', 'Awa')
      ],
      [],
      options
    )
    expect(
      entries.map((entry) =>
        entry.kind === 'message'
          ? `${entry.key}${entry.first ? 'f' : ''}${entry.last ? 'l' : ''}`
          : entry.kind
      )
    ).toEqual(['day', '1fl', 'day', '2f', '3l', '4fl', '5fl'])
  })

  it('marks where the unseen messages begin', () => {
    const list = [
      message('1', '2026-11-23T10:00:00Z'),
      message('2', '2026-11-23T10:00:10Z', 'out', 'Awa'),
      message('3', '2026-11-23T10:00:20Z'),
      message('4', '2026-11-23T10:00:30Z')
    ]
    expect(firstUnread(list, 2)).toBe('3')
    expect(firstUnread(list, 0)).toBe(null)
    const kinds = timeline(list, [], { newFrom: '3', complete: true }).map(({ kind }) => kind)
    expect(kinds).toEqual(['day', 'message', 'message', 'new', 'message', 'message'])
  })

  it('holds lines of the story back until the messages around them are loaded', () => {
    const log = [{ n: 1, at: '2026-11-23T08:00:00Z', name: 'arrived', byId: null, figures: {} }]
    const list = [message('1', '2026-11-23T10:00:00Z')]
    expect(timeline(list, log, { newFrom: null, complete: false }).some(({ kind }) => kind === 'log')).toBe(
      false
    )
    expect(timeline(list, log, options).some(({ kind }) => kind === 'log')).toBe(true)
  })
})

describe('plain text', () => {
  it('finds addresses without the punctuation of the sentence', () => {
    expect(pieces('See https://a.example/x?y=1. Or www.b.example!')).toEqual([
      { text: 'See ' },
      { text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' },
      { text: '. Or ' },
      { text: 'www.b.example', href: 'https://www.b.example' },
      { text: '!' }
    ])
  })
  it('has numbers that were found, and none inside of an address', () => {
    const text = 'Call +33 1 42 68 53 00 or https://a.example/+33142685300'
    const number = '+33142685300'
    const numbers = [
      { at: 5, length: 17, number },
      { at: 44, length: 12, number }
    ]
    expect(pieces(text, [], numbers)).toEqual([
      { text: 'Call ' },
      { text: '+33 1 42 68 53 00', number },
      { text: ' or ' },
      { text: 'https://a.example/+33142685300', href: 'https://a.example/+33142685300' }
    ])
  })
  it('makes no link of javascript:', () => {
    expect(pieces('javascript:alert(1)')).toEqual([{ text: 'javascript:alert(1)' }])
  })
})
