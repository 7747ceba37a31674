import { connect } from 'node:net'
import { createTransport } from 'nodemailer'
import { afterEach, describe, expect, it } from 'vitest'
import { sparePort } from '../../tests/simulators/mail/dovecot.ts'
import type { InboundEvent } from '../channel.ts'
import { fixture, testAccount } from './fixtures/load.ts'
import { listenSmtp } from './gateway.ts'
import type { EmailAccount } from './settings.ts'

const bank = { ...testAccount({ inbound: 'smtp' }), id: 'bank' }
const telecom = {
  ...testAccount({ inbound: 'smtp', address: 'care@telecom.example', aliases: [] }),
  id: 'telecom'
}
const elsewhere = {
  ...testAccount({ inbound: 'imap', address: 'other@bank.example', aliases: [] }),
  id: 'imap'
}

let stop = () => Promise.resolve(0)
afterEach(async () => {
  await stop()
})

const open = async (
  options: {
    report?: (account: string) => Promise<'stored' | 'repeat'>
    accounts?: () => Promise<EmailAccount[]>
    resting?: () => Promise<EmailAccount[]>
  } = {}
) => {
  const taken: { account: string; event: InboundEvent }[] = []
  const controller = new AbortController()
  const port = await sparePort()
  const done = listenSmtp({
    host: '127.0.0.1',
    port,
    accounts: options.accounts ?? (() => Promise.resolve([bank, telecom, elsewhere])),
    ...(options.resting && { resting: options.resting }),
    report: async (account, event) => {
      const outcome = await (options.report?.(account) ?? Promise.resolve('stored'))
      taken.push({ account, event })
      return outcome
    },
    signal: controller.signal
  })
  stop = async () => {
    const begun = Date.now()
    controller.abort()
    await done
    return Date.now() - begun
  }
  return { taken, port }
}

const deliver = async (
  port: number,
  to: string[],
  raw: Buffer | string = fixture('plain'),
  from = 'awa@customer.example'
) => {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
  try {
    return await transport.sendMail({ envelope: { from, to }, raw })
  } finally {
    transport.close()
  }
}

/** Speaks SMTP line by line; gives the server's answers. */
const talk = async (port: number, lines: string[]): Promise<string[]> => {
  const socket = connect(port, '127.0.0.1')
  const answers: string[] = []
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    answers.push(
      ...chunk
        .toString()
        .trim()
        .split('\r\n')
        .filter((line) => !/^\d{3}-/.test(line))
    )
    const next = lines[answers.length - 1]
    if (next === undefined) break
    socket.write(`${next}\r\n`)
  }
  socket.destroy()
  return answers
}

describe('the built-in SMTP listener', () => {
  it('takes mail for the account that has the address', async () => {
    const { taken, port } = await open()
    await deliver(port, ['Support@bank.example'])
    expect(taken).toMatchObject([
      {
        account: 'bank',
        event: {
          kind: 'message',
          externalId: 'plain-1@customer.example',
          address: 'awa.demo@customer.example'
        }
      }
    ])
  })

  it('takes one mail for several accounts, once for each', async () => {
    const { taken, port } = await open()
    await deliver(port, ['support@bank.example', 'help@bank.example', 'care+7@telecom.example'])
    expect(taken.map((one) => one.account)).toEqual(['bank', 'telecom'])
  })

  it('asks who writes to a paused account to come back, and refuses nobody there for good', async () => {
    const { port } = await open({
      accounts: () => Promise.resolve([bank]),
      resting: () => Promise.resolve([telecom, elsewhere])
    })
    await expect(deliver(port, ['care@telecom.example'])).rejects.toMatchObject({ responseCode: 450 })
    await expect(deliver(port, ['other@bank.example'])).rejects.toMatchObject({ responseCode: 550 })
  })

  it('knows no other addresses, nor those of accounts that read a mailbox, and relays nothing', async () => {
    const { taken, port } = await open()
    for (const address of ['nobody@bank.example', 'other@bank.example', 'someone@gmail.example']) {
      await expect(deliver(port, [address])).rejects.toMatchObject({ responseCode: 550 })
    }
    expect(taken).toEqual([])
  })

  it('leaves the mail with its sender when it was not stored for everyone', async () => {
    const { port } = await open({
      report: (account) =>
        account === 'telecom' ? Promise.reject(new Error('away')) : Promise.resolve('stored')
    })
    await expect(deliver(port, ['support@bank.example', 'care@telecom.example'])).rejects.toMatchObject({
      responseCode: 451
    })
  })

  it('asks to come back while the accounts cannot be read', async () => {
    const { port } = await open({ accounts: () => Promise.reject(new Error('away')) })
    await expect(deliver(port, ['support@bank.example'])).rejects.toMatchObject({ responseCode: 451 })
  })

  it('adds the trace of the delivery to the original, and gives a repeat the same id nevertheless', async () => {
    const { taken, port } = await open()
    await deliver(port, ['support@bank.example'], fixture('no-message-id'))
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await deliver(port, ['support@bank.example'], fixture('no-message-id'))
    const [first, second] = taken.map(({ event }) => (event.kind === 'message' ? event : undefined))
    expect(first?.externalId).toBe(second?.externalId)
    const raw = Buffer.from(first?.raw ?? []).toString('latin1')
    expect(raw).toMatch(
      /^Return-Path: <awa@customer\.example>\r\nDelivered-To: support@bank\.example\r\nReceived: from /
    )
    expect(raw.endsWith(fixture('no-message-id').toString('latin1'))).toBe(true)
  })

  it('knows by the empty return path that nobody wrote it', async () => {
    const { taken, port } = await open()
    await talk(port, [
      'EHLO x',
      'MAIL FROM:<>',
      'RCPT TO:<support@bank.example>',
      'DATA',
      'From: a@b.example\r\nMessage-ID: <z@b.example>\r\n\r\nI am away\r\n.',
      'QUIT'
    ])
    expect(taken).toMatchObject([{ event: { automatic: 'auto-reply' } }])
  })

  it('refuses mail that is too large, announced or not, and takes the next one', async () => {
    const { taken, port } = await open()
    const large = Buffer.concat([fixture('plain'), Buffer.alloc(26 * 1024 * 1024, 'a\r\n')])
    await expect(deliver(port, ['support@bank.example'], large)).rejects.toMatchObject({ responseCode: 552 })
    const answers = await talk(port, ['EHLO x', 'MAIL FROM:<a@b.example> SIZE=99999999'])
    expect(answers.at(-1)).toMatch(/^552/)
    await deliver(port, ['support@bank.example'])
    expect(taken).toHaveLength(1)
  })

  it('quarantines what cannot be read instead of losing it', async () => {
    const { taken, port } = await open()
    await deliver(port, ['support@bank.example'], fixture('no-from'))
    expect(taken).toMatchObject([{ account: 'bank', event: { kind: 'quarantined' } }])
  })

  it('offers neither sign-in nor an encryption whose key everybody has', async () => {
    const { port } = await open()
    const socket = connect(port, '127.0.0.1')
    let said = ''
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      const first = said === ''
      said += chunk.toString()
      if (!first) break
      socket.write('EHLO x\r\n')
    }
    socket.destroy()
    expect(said).toMatch(/SIZE 26214400/)
    expect(said).not.toMatch(/AUTH|STARTTLS/)
  })

  it('survives clients that leave in the middle', async () => {
    const { taken, port } = await open()
    for (const lines of [
      ['EHLO x'],
      ['EHLO x', 'MAIL FROM:<a@b.example>', 'RCPT TO:<support@bank.example>', 'DATA', 'From: a@b.example']
    ]) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(`${lines.join('\r\n')}\r\n`)
      await new Promise((resolve) => setTimeout(resolve, 100))
      socket.resetAndDestroy()
    }
    await deliver(port, ['support@bank.example'])
    expect(taken).toHaveLength(1)
  })

  it('ends within two seconds although a client is connected', async () => {
    const { port } = await open()
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    await new Promise((resolve) => socket.once('data', resolve))
    expect(await stop()).toBeLessThan(2_000)
    socket.destroy()
  })

  it('tells when its port is taken', async () => {
    const { port } = await open()
    const again = listenSmtp({
      host: '127.0.0.1',
      port,
      accounts: () => Promise.resolve([]),
      report: () => Promise.resolve('stored'),
      signal: new AbortController().signal
    })
    await expect(again).rejects.toMatchObject({ reason: 'unreachable' })
  })
})
