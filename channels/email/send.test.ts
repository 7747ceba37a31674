import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sparePort } from '../../tests/simulators/mail/dovecot.ts'
import { startSmtpSink, type SmtpSink } from '../../tests/simulators/mail/smtp-sink.ts'
import type { OutboundMessage } from '../channel.ts'
import { testAccount } from './fixtures/load.ts'
import { parseMail } from './parse.ts'
import { sendMail } from './send.ts'
import type { EmailSettings } from './settings.ts'
import { closeTransports } from './transports.ts'

const message = (change: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: 'abcdef0123456789abcdef01',
  address: 'awa@customer.example',
  fromName: 'Fatou from Support',
  subject: 'Re: Votre carte',
  text: 'Bonjour Awa,\nvotre carte est débloquée.',
  html: '<p>Bonjour Awa,<br>votre carte est <b>débloquée</b>.</p>',
  attachments: [],
  references: [],
  ...change
})

describe('sending', () => {
  let sink: SmtpSink
  const account = (settings: Partial<EmailSettings> = {}) =>
    testAccount({ smtpHost: sink.host, smtpPort: sink.port, smtpSecurity: 'none', ...settings })
  const send = async (change: Partial<OutboundMessage> = {}, settings: Partial<EmailSettings> = {}) => {
    const before = sink.mails.length
    const sent = await sendMail(message(change), account(settings))
    const mail = sink.mails[before]
    if (!mail) throw new Error('No mail arrived')
    return { ...sent, ...mail, source: mail.raw.toString('latin1') }
  }

  beforeAll(async () => {
    sink = await startSmtpSink()
  })
  beforeEach(() => sink.answer({ kind: 'normal' }))
  afterEach(closeTransports)
  afterAll(() => sink.stop())

  it('hands over both forms, with the names and addresses of both sides', async () => {
    const { parsed, from, recipients } = await send()
    expect(from).toBe('support@bank.example')
    expect(recipients).toEqual(['awa@customer.example'])
    expect(parsed.from?.value).toEqual([{ address: 'support@bank.example', name: 'Fatou from Support' }])
    expect(parsed.subject).toBe('Re: Votre carte')
    expect(parsed.text).toContain('votre carte est débloquée.')
    expect(parsed.html).toContain('<b>débloquée</b>')
  })

  it('gives the mail a Message-ID of ours, the same for every attempt', async () => {
    const first = await send()
    const second = await send()
    expect(first.parsed.messageId).toBe(`<${first.externalId}>`)
    expect(second.externalId).toBe(first.externalId)
  })

  it('threads by the parent and the whole chain', async () => {
    const { source } = await send({ references: ['root@x.example', 'sha256:00', 'parent@x.example'] })
    expect(source).toMatch(/^In-Reply-To: <parent@x\.example>\r$/m)
    expect(source).toMatch(/^References: <root@x\.example>\s+<parent@x\.example>\r$/m)
  })

  it('says once that it is an answer, and only when it is one', async () => {
    const references = ['parent@x.example']
    expect((await send({ subject: 'RE : TR: Votre carte', references })).parsed.subject).toBe(
      'Re: Votre carte'
    )
    expect((await send({ subject: 'Votre carte', references })).parsed.subject).toBe('Re: Votre carte')
    expect((await send({ subject: 'Votre carte' })).parsed.subject).toBe('Votre carte')
  })

  it('comes back as an answer to the message that was sent', async () => {
    const { externalId } = await send()
    const answer = Buffer.from(
      `From: awa@customer.example\r\nMessage-ID: <a@b.example>\r\nIn-Reply-To: <${externalId}>\r\n\r\nMerci`
    )
    expect(await parseMail(answer, account())).toMatchObject({ thread: { own: [message().id] } })
  })

  it('is known as our own when it comes back itself', async () => {
    const { raw } = await send()
    expect(await parseMail(raw, account())).toMatchObject({ kind: 'message', automatic: 'loop' })
  })

  it('writes to everybody once, and never to ourselves', async () => {
    const { recipients, parsed, source } = await send({
      to: ['Awa@customer.example', 'support@bank.example'],
      cc: ['awa@customer.example', 'boss@partner.example', 'help@bank.example'],
      bcc: ['archive@partner.example']
    })
    expect(recipients).toEqual(['awa@customer.example', 'boss@partner.example', 'archive@partner.example'])
    expect([parsed.to, parsed.cc].flat().flatMap((one) => one?.value.map((v) => v.address))).toEqual([
      'awa@customer.example',
      'boss@partner.example'
    ])
    expect(source).not.toContain('archive@partner.example')
  })

  it('carries files and inline pictures', async () => {
    const { parsed } = await send({
      html: '<p><img src="cid:pic-1"></p>',
      attachments: [
        { name: '../contrat é.pdf', type: 'application/pdf', content: Buffer.from('%PDF') },
        { name: 'pic.png', type: 'image/png', contentId: 'pic-1', content: Buffer.from('PNG') }
      ]
    })
    const files = parsed.attachments.map(({ filename, cid, content }) => [filename, cid, content.toString()])
    expect(files).toContainEqual(['contrat é.pdf', undefined, '%PDF'])
    expect(files).toContainEqual(['pic.png', 'pic-1', 'PNG'])
  })

  it('marks what the hub writes by itself, and only that', async () => {
    const { source } = await send({ automatic: true, references: ['parent@x.example'] })
    expect(source).toMatch(/^Auto-Submitted: auto-replied\r$/m)
    expect((await send({ automatic: true })).source).toMatch(/^Auto-Submitted: auto-generated\r$/m)
    expect((await send()).source).not.toContain('Auto-Submitted')
    expect((await send()).source).toMatch(/^X-Loop: support@bank\.example\r$/m)
  })

  it('lets no header in by way of a subject, a name, a reference or a file name', async () => {
    const { source, recipients } = await send({
      subject: 'Hi\r\nBcc: evil@x.example\r\n\r\nbody',
      fromName: 'Fatou\r\nX-Injected: 1',
      references: ['a@b.example>\r\nX-Injected: 2'],
      attachments: [
        { name: 'a.txt"\r\nX-Injected: 3', type: 'text/plain\r\nX-Injected: 4', content: Buffer.from('x') }
      ]
    })
    expect(source).not.toMatch(/^(X-Injected|Bcc):/im)
    expect(recipients).toEqual(['awa@customer.example'])
  })

  it('puts the signature under what was written and above what is quoted', async () => {
    const { parsed } = await send(
      {
        text: 'Done.\n\nOn 4 May 2026, Awa wrote:\n> Please',
        html: '<p>Done.</p><div data-quoted="">On 4 May 2026, Awa wrote:<blockquote>Please</blockquote></div>'
      },
      { signature: '<b>The Bank</b><script>x()</script>' }
    )
    expect(parsed.text).toMatch(/^Done\.\n\n-- \nThe Bank\n\nOn 4 May/)
    expect(parsed.html).toMatch(/Done\.<\/p><div><br>-- <br><b>The Bank<\/b><\/div><div data-quoted/)
  })

  it('makes the plain form when there is only HTML', async () => {
    expect((await send({ text: '' })).parsed.text).toContain('votre carte est débloquée.')
  })

  it.each<[string, Partial<OutboundMessage>, RegExp]>([
    ['a broken address', { address: 'nobody' }, /not a mail address/],
    ['an address with a header in it', { address: 'a@b.example\r\nBcc: c@d.example' }, /not a mail address/],
    ['nobody but ourselves', { address: 'help@bank.example' }, /no recipient but ourselves/],
    ['too many people', { to: Array.from({ length: 101 }, (_, i) => `a${i}@b.example`) }, /more than 100/],
    [
      'files that are too large',
      { attachments: [{ name: 'a', type: 'a/b', content: Buffer.alloc(19 * 1024 * 1024) }] },
      /larger than 25 MB/
    ]
  ])('refuses %s without asking the server', async (_, change, words) => {
    await expect(sendMail(message(change), account())).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringMatching(words) as string
    })
  })

  it.each<[Parameters<SmtpSink['answer']>[0], string, RegExp]>([
    [
      { kind: 'code', at: 'rcpt', code: 550, words: '5.1.1 No such user' },
      'refused',
      /awa@customer\.example: This address does not exist/
    ],
    [{ kind: 'code', at: 'mail', code: 553, words: 'not you' }, 'refused', /sender address.*not you/],
    [{ kind: 'code', at: 'data', code: 554, words: '5.7.1 Spam' }, 'refused', /spam/],
    [{ kind: 'code', at: 'data', code: 451, words: 'Greylisted' }, 'rate-limited', /later.*Greylisted/],
    [{ kind: 'code', at: 'rcpt', code: 450 }, 'rate-limited', /later/],
    [{ kind: 'code', at: 'connect', code: 421 }, 'rate-limited', /later/],
    [{ kind: 'code', at: 'data', code: 441 }, 'unreachable', /cannot take the message now/],
    [{ kind: 'code', at: 'mail', code: 530 }, 'unauthorized', /user name and password/],
    [{ kind: 'drop', when: 'before' }, 'unreachable', /closed the connection/],
    [{ kind: 'drop', when: 'after' }, 'unreachable', /closed the connection/]
  ])('calls %j %s', async (mood, reason, words) => {
    sink.answer(mood)
    const failure = sendMail(message(), account())
    await expect(failure).rejects.toMatchObject({ reason, message: expect.stringMatching(words) as string })
  })

  it('says when to come back', async () => {
    sink.answer({ kind: 'code', at: 'data', code: 451 })
    await expect(sendMail(message(), account())).rejects.toMatchObject({ retryAfterMs: 300_000 })
  })

  it('hands a message over once although the line broke after it was taken', async () => {
    const before = sink.mails.length
    sink.answer({ kind: 'drop', when: 'after' })
    await expect(sendMail(message(), account())).rejects.toMatchObject({ reason: 'unreachable' })
    expect(sink.mails.length - before).toBe(1)
  })

  it('tells whom the server refused while it took the mail for others', async () => {
    sink.answer({
      kind: 'code',
      at: 'rcpt',
      code: 550,
      words: '5.1.1 Unknown',
      only: ['gone@customer.example']
    })
    const { refused, recipients } = await send({ cc: ['gone@customer.example'] })
    expect(recipients).toEqual(['awa@customer.example'])
    expect(refused).toMatchObject([
      { address: 'gone@customer.example', reason: expect.stringMatching(/does not exist/) as string }
    ])
  })

  it('keeps its connection for the next message, and closes it when asked', async () => {
    await send()
    await send()
    expect(sink.connections()).toBe(1)
    closeTransports()
    await expect.poll(() => sink.connections()).toBe(0)
  })

  it('signs in, and knows a wrong password from a server that is away', async () => {
    const guarded = await startSmtpSink({ auth: { user: 'support', password: 'right' } })
    const settings = { smtpHost: guarded.host, smtpPort: guarded.port, smtpUser: 'support' }
    await expect(sendMail(message(), account({ ...settings, smtpPassword: 'wrong' }))).rejects.toMatchObject({
      reason: 'unauthorized'
    })
    await sendMail(message(), account({ ...settings, smtpPassword: 'right' }))
    expect(guarded.mails).toHaveLength(1)
    await guarded.stop()
    await expect(sendMail(message(), account({ smtpPort: await sparePort() }))).rejects.toMatchObject({
      reason: 'unreachable',
      message: 'Nothing listens at this port.'
    })
  })

  it('does not go on without the encryption that the settings ask for', async () => {
    await expect(sendMail(message(), account({ smtpSecurity: 'starttls' }))).rejects.toMatchObject({
      reason: 'unreachable',
      message: expect.stringMatching(/does not offer the encryption/) as string
    })
    await expect(sendMail(message(), account({ smtpSecurity: 'tls' }))).rejects.toMatchObject({
      reason: 'unreachable'
    })
  })

  it.each(['tls', 'starttls'] as const)(
    'trusts a private server over %s only when told to',
    async (security) => {
      const secret = await startSmtpSink({ security })
      const settings = { smtpHost: secret.host, smtpPort: secret.port, smtpSecurity: security }
      await expect(sendMail(message(), account(settings))).rejects.toMatchObject({ reason: 'unreachable' })
      await sendMail(message(), account({ ...settings, allowSelfSigned: true }))
      expect(secret.mails).toHaveLength(1)
      closeTransports()
      await secret.stop()
    }
  )
})
