import { describe, expect, it } from 'vitest'
import { readMessage } from './fixtures/load.ts'
import { fixtureMessageId } from './fixtures/load.ts'

const kindOf = async (headers: string, from = 'awa@customer.example') =>
  (await readMessage(Buffer.from(`${headers}From: ${from}\r\nMessage-ID: <x@customer.example>\r\n\r\nhello`)))
    .automatic

describe('recognising mail that no person wrote', () => {
  it.each([
    ['auto-reply', 'Auto-Submitted: auto-replied (vacation)\r\n'],
    ['auto-reply', 'Auto-Submitted: auto-generated\r\n'],
    ['auto-reply', 'X-Auto-Response-Suppress: DR, OOF, AutoReply\r\n'],
    ['auto-reply', 'X-Autoreply: yes\r\n'],
    ['auto-reply', 'Precedence: auto_reply\r\n'],
    ['auto-reply', 'Return-Path: <>\r\n'],
    ['bulk', 'Precedence: bulk\r\n'],
    ['bulk', 'List-Id: <news.shop.example>\r\n'],
    ['bulk', 'List-Unsubscribe: <mailto:u@shop.example>\r\n'],
    ['loop', 'X-Loop: support@bank.example\r\n'],
    ['loop', 'X-Loop: Help@bank.example\r\n'],
    ['loop', 'Received: from a by b; date\r\n'.repeat(51)],
    ['loop', `Message-ID: <${fixtureMessageId}>\r\n`]
  ])('says %s for %j', async (kind, headers) => expect(await kindOf(headers)).toBe(kind))

  it('says loop for mail from our own addresses, also with a detail after a plus', async () => {
    expect(await kindOf('', 'support@bank.example')).toBe('loop')
    expect(await kindOf('', 'Help+case7@bank.example')).toBe('loop')
  })

  it.each([
    '',
    'Auto-Submitted: no\r\n',
    'Precedence: first-class\r\n',
    'Return-Path: <awa@customer.example>\r\n',
    'X-Loop: somebody@else.example\r\n',
    'Received: from a by b; date\r\n'.repeat(12)
  ])('takes a person’s mail for a person’s: %j', async (headers) =>
    expect(await kindOf(headers)).toBeUndefined()
  )

  it('knows an out-of-office answer and still sees what it answers', async () => {
    const message = await readMessage('auto-reply')
    expect(message.automatic).toBe('auto-reply')
    expect(message.thread?.own).toHaveLength(1)
  })

  it('knows a newsletter', async () => expect((await readMessage('list')).automatic).toBe('bulk'))
})
