import { describe, expect, it } from 'vitest'
import { plainReason } from './bounce.ts'
import { fixture, fixtureMessage, readMessage, testAccount } from './fixtures/load.ts'
import { parseMail } from './parse.ts'

const read = (name: string, change: (source: string) => string = (source) => source) =>
  parseMail(Buffer.from(change(fixture(name).toString('latin1')), 'latin1'), testAccount())

describe('reading bounces', () => {
  it('tells in plain words that an address does not exist', async () => {
    expect(await read('dsn-hard')).toEqual({
      kind: 'delivery',
      messageId: fixtureMessage,
      state: 'failed',
      status: '5.1.1',
      at: new Date('2026-05-05T08:00:00Z'),
      reason:
        'nobody@customer.example: This address does not exist. The server said: ' +
        '550 5.1.1 <nobody@customer.example>: Recipient address rejected: User unknown'
    })
  })

  it('tells that a message is still being tried', async () => {
    expect(await read('dsn-soft')).toMatchObject({
      kind: 'delivery',
      messageId: fixtureMessage,
      state: 'failed',
      temporary: true,
      reason: expect.stringMatching(/^Not delivered yet.*mailbox is full/) as string
    })
  })

  it('calls a full mailbox a failure that may mend', async () => {
    const full = await read('dsn-hard', (source) => source.replace('Status: 5.1.1', 'Status: 5.2.2'))
    expect(full).toMatchObject({ state: 'failed', temporary: true })
    expect(await read('dsn-hard')).not.toHaveProperty('temporary')
  })

  it('tells of delivery when a server reports it', async () => {
    expect(
      await read('dsn-hard', (source) => source.replace('Action: failed', 'Action: delivered'))
    ).toMatchObject({
      state: 'delivered'
    })
  })

  it('reads the free words of servers that write no report', async () => {
    expect(await read('bounce-in-free-words')).toMatchObject({
      kind: 'delivery',
      messageId: fixtureMessage,
      state: 'failed',
      reason: expect.stringMatching(/^nobody@customer\.example: This address does not exist\./) as string
    })
  })

  it('keeps a bounce of a message that is not ours as a mail', async () => {
    expect((await readMessage('dsn-of-a-foreign-message')).automatic).toBe('bounce')
  })

  it('does not believe a bounce whose Message-ID we did not sign', async () => {
    const event = await read('dsn-hard', (source) =>
      source.replace('0123456789abcdef01234567', 'f123456789abcdef01234567')
    )
    expect(event).not.toMatchObject({ kind: 'delivery' })
  })

  it('does not take an out-of-office answer for a bounce', async () => {
    expect(await read('auto-reply')).toMatchObject({ kind: 'message', automatic: 'auto-reply' })
  })

  it('does not take a person who quotes us for a bounce', async () => {
    expect(await read('gmail-reply')).toMatchObject({ kind: 'message' })
  })
})

describe('enhanced status codes in plain words', () => {
  it.each([
    ['5.1.1', 'This address does not exist.'],
    ['5.1.99', 'This address does not work.'],
    ['4.2.2', 'The mailbox is full.'],
    ['4.4.7', 'The receiving server could not be reached in time, and the attempts were given up.'],
    ['5.7.1', 'The receiving server does not accept this message by its own rules.'],
    ['', 'The message could not be delivered.']
  ])('%s', (status, words) => expect(plainReason(status)).toBe(words))

  it('names spam when the server does', () => {
    expect(plainReason('5.7.1', 'Message looks like spam')).toMatch(/spam/)
  })
})
