import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import nodemailer from 'nodemailer'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message as MessageWire } from '@palabre/config/contract/message'
import { Message } from '@palabre/hub/messages/message.model'
import { openGateways } from '@palabre/workers/listeners/gateways'
import { listenToAccounts } from '@palabre/workers/listeners/listen'
import { sparePort, startDovecot, type Dovecot } from '../simulators/mail/dovecot.ts'
import { startSmtpSink, type SmtpSink } from '../simulators/mail/smtp-sink.ts'
import { Person, clientId, eventually, openHouse, type Answer, type House } from './house.ts'
import { recordNamed } from './people.ts'

const hasDovecot = Boolean(process.env['PALABRE_DOVECOT'])
const support = 'support@banque-du-fleuve.example'
const help = 'help@banque-du-fleuve.example'

let house: House
let dovecot: Dovecot | null = null
let sink: SmtpSink
let smtpPort: number
let admin: Person
let awa: Person
let listeners: { stop(): Promise<void> }[] = []

beforeAll(async () => {
  smtpPort = await sparePort()
  house = await openHouse({ env: { SMTP_PORT: String(smtpPort) } })
  sink = await startSmtpSink()
  admin = await Person.signIn(house.url, 'admin')
  awa = await Person.signIn(house.url, 'awa')
  const out = { smtpHost: '127.0.0.1', smtpPort: sink.port, smtpSecurity: 'none' }
  const demo = ((await admin.get('/api/accounts')).body.items as Answer['body'][]).find(
    (one) => one.channel === 'email'
  )
  await admin.send('PATCH', `/api/accounts/${String(demo.id)}`, {
    version: demo.version,
    change: { settings: out }
  })
  if (hasDovecot) {
    dovecot = await startDovecot()
    const queue = await recordNamed(admin, '/api/queues', 'Mail')
    const { status, body } = await admin.post('/api/accounts', {
      channel: 'email',
      name: 'Support',
      queueId: queue.id,
      settings: {
        address: support,
        inbound: 'imap',
        imapHost: dovecot.host,
        imapPort: dovecot.port,
        imapSecurity: 'none',
        imapUser: 'support',
        imapPassword: dovecot.password,
        imapStart: 'all',
        ...out
      }
    })
    if (status !== 200) throw new Error(JSON.stringify(body))
  }
  listeners = [openGateways(house.hub), listenToAccounts(house.hub)]
  await awa.listen()
  await awa.ready()
}, 60_000)

afterAll(async () => {
  awa.leave()
  await Promise.all(listeners.map((one) => one.stop()))
  await sink.stop()
  await dovecot?.stop()
  await house.stop()
}, 60_000)

interface Mail {
  from?: string
  to?: string
  subject?: string
  text?: string
  headers?: Record<string, string>
  messageId?: string
}
let mails = 0
const newId = () => `mail-${String(++mails)}-${String(process.pid)}@customer.example`

/** Hands a mail to our SMTP listener as the world's mail servers would. */
async function post({
  from = 'client@example.org',
  to = help,
  subject = 'A question',
  text = 'A question',
  headers = {},
  messageId = newId()
}: Mail = {}) {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort, ignoreTLS: true })
  await transport.sendMail({ from, to, subject, text, headers, messageId: `<${messageId}>` })
  transport.close()
  return messageId
}
const postRaw = async (raw: string, from = 'client@example.org', to = help) => {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort, ignoreTLS: true })
  await transport.sendMail({ envelope: { from, to }, raw })
  transport.close()
}
const mailText = ({
  from = 'client@example.org',
  to = support,
  subject = 'By mailbox',
  text = '',
  messageId = newId(),
  headers = {}
}: Mail) =>
  [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: <${messageId}>`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    text
  ].join('\r\n')

const taken = async (words: string) => awa.accept(await awa.offer(words))
const messagesOf = async (interaction: Pick<Interaction, 'conversationId'>) =>
  (await awa.get(`/api/conversations/${interaction.conversationId}/messages`)).body.items as MessageWire[]
const stateOf = async (interaction: Pick<Interaction, 'conversationId'>, id: string) =>
  (await messagesOf(interaction)).find((message) => message.id === id)

/** Answers, and lets the time for undoing pass at once. */
async function answer(interaction: Interaction, more: Record<string, unknown> = {}): Promise<MessageWire> {
  const { status, body } = await awa.post(`/api/interactions/${interaction.id}/messages`, {
    clientId: clientId(),
    text: 'Our answer',
    ...more
  })
  expect(status, JSON.stringify(body)).toBe(200)
  await leave(body.id)
  return body as MessageWire
}
async function leave(id: string) {
  await Message.updateOne({ _id: id }, { sendAt: new Date(Date.now() - 1) })
  house.hub.schedule('message.send', { messageId: id }, { key: `${id}-${clientId()}` })
}

describe('a mail', () => {
  it('by SMTP is routed, answered with a file, threaded, and the reply joins it', async () => {
    const asked = await post({
      from: 'Aminata Client <aminata@example.org>',
      subject: 'Lost card',
      text: 'I lost my card yesterday'
    })
    const work = await taken('lost my card')
    expect(work).toMatchObject({ channel: 'email', subject: 'Lost card', contactName: 'Aminata Client' })
    const form = new FormData()
    form.append('file', new Blob(['form to fill in']), 'form.txt')
    const file = (await awa.send('POST', `/api/interactions/${work.id}/attachments`, form)).body as {
      id: string
    }
    const sent = await answer(work, {
      text: 'Please fill in',
      html: '<p>Please <b>fill in</b><script>x</script></p>',
      attachmentIds: [file.id]
    })
    const mail = await sink.waitFor(({ recipients }) => recipients.includes('aminata@example.org'), 15_000)
    expect(mail.parsed.inReplyTo).toBe(`<${asked}>`)
    expect(mail.parsed.references).toContain(asked)
    expect(mail.parsed.subject).toBe('Re: Lost card')
    expect(mail.parsed.from?.text).toContain(help)
    expect(mail.parsed.text).toContain('Please fill in')
    expect(String(mail.parsed.html)).toContain('<b>fill in</b>')
    expect(String(mail.parsed.html)).not.toContain('script')
    expect(mail.parsed.attachments[0]).toMatchObject({ filename: 'form.txt' })
    expect(mail.parsed.attachments[0]?.content.toString()).toBe('form to fill in')
    await eventually('sent', async () => (await stateOf(work, sent.id))?.state === 'sent')

    await post({
      from: 'aminata@example.org',
      subject: 'Re: Lost card',
      text: 'Here it is',
      headers: {
        'In-Reply-To': mail.parsed.messageId ?? '',
        References: `<${asked}> ${mail.parsed.messageId ?? ''}`
      }
    })
    await eventually('the reply', async () =>
      (await messagesOf(work)).some(({ text }) => text.includes('Here it is'))
    )
    expect((await messagesOf(work)).map(({ kind }) => kind)).toEqual(['in', 'out', 'in'])
    await awa.close(work.id)
  })

  it('that comes twice is one', async () => {
    const messageId = newId()
    for (let i = 0; i < 3; i++) await post({ messageId, text: 'only one of three' })
    const work = await taken('only one of three')
    expect(await messagesOf(work)).toHaveLength(1)
    await awa.close(work.id)
  })

  it.skipIf(!hasDovecot)(
    'by IMAP is routed, answered and its reply joins it',
    async () => {
      await dovecot!.deliver(
        'support',
        mailText({ from: 'issa@example.org', subject: 'Loan', text: 'May I have a loan' })
      )
      const work = await eventually('the offer', () => awa.offer('May I have a loan'), 20_000)
      await awa.accept(work)
      await answer(work)
      const mail = await sink.waitFor(({ recipients }) => recipients.includes('issa@example.org'))
      expect(mail.parsed.from?.text).toContain(support)
      await dovecot!.deliver(
        'support',
        mailText({
          from: 'issa@example.org',
          subject: 'Re: Loan',
          text: 'Of 100',
          headers: { 'In-Reply-To': mail.parsed.messageId ?? '' }
        })
      )
      await eventually('the reply', async () =>
        (await messagesOf(work)).some(({ text }) => text.includes('Of 100'))
      )
      await awa.close(work.id)
    },
    40_000
  )

  it.skipIf(!hasDovecot)(
    'that is broken is quarantined for administrators, and delays no other',
    async () => {
      const levels = 10_000
      const bomb = Array.from(
        { length: levels },
        (_, i) => `Content-Type: multipart/mixed; boundary=b${String(i)}\r\n\r\n--b${String(i)}\r\n`
      ).join('')
      await dovecot!.deliver(
        'support',
        `From: bomb@evil.example\r\nMessage-ID: <bomb-1@evil.example>\r\nSubject: bomb\r\n${bomb}`
      )
      await dovecot!.deliver('support', mailText({ from: 'calm@example.org', text: 'calm after the bomb' }))
      const work = await eventually('the offer', () => awa.offer('calm after the bomb'), 20_000)
      await awa.accept(work)
      const item = await eventually(
        'quarantine',
        async () =>
          (
            (await admin.get('/api/quarantine')).body.items as {
              id: string
              accountName: string
              reason: string
              size: number
            }[]
          )[0]
      )
      expect(item).toMatchObject({ accountName: 'Support' })
      expect(item.reason).not.toBe('')
      const source = await admin.get(`/api/quarantine/${item.id}/raw`)
      expect(source.body).toContain('<bomb-1@evil.example>')
      expect(source.headers.get('content-disposition')).toMatch(/^attachment/)
      const supervisor = await Person.signIn(house.url, 'supervisor')
      for (const person of [awa, supervisor]) {
        expect((await person.get('/api/quarantine')).body.error).toBe('not-permitted')
        expect((await person.get(`/api/quarantine/${item.id}/raw`)).body.error).toBe('not-permitted')
      }
      expect((await admin.send('DELETE', `/api/quarantine/${item.id}`)).status).toBe(200)
      expect((await admin.get('/api/quarantine')).body.items).toEqual([])
      expect((await admin.get('/api/audit?action=quarantine.dismiss')).body.items).toHaveLength(1)
      await awa.close(work.id)
    },
    40_000
  )

  it('whose address guesses the thread of another does not join it', async () => {
    const asked = await post({ from: 'joanna@example.org', text: 'confidential words of Joanna' })
    const work = await taken('confidential words')
    for (const from of ['stranger@evil.example', 'anna@example.org'])
      await post({
        from,
        text: `let me in, says ${from}`,
        headers: { 'In-Reply-To': `<${asked}>`, References: `<${asked}>` }
      })
    for (const from of ['stranger@evil.example', 'anna@example.org']) {
      const other = await taken(`says ${from}`)
      expect(other.conversationId).not.toBe(work.conversationId)
      await awa.close(other.id)
    }
    expect(await messagesOf(work)).toHaveLength(1)
    await awa.close(work.id)
  })

  it('that a machine wrote is kept, wakes nobody and is not answered', async () => {
    const asked = await post({ from: 'away@example.org', text: 'I will be away' })
    const work = await taken('will be away')
    await answer(work)
    const mail = await sink.waitFor(({ recipients }) => recipients.includes('away@example.org'))
    const before = sink.mails.length
    await awa.post(`/api/interactions/${work.id}/snooze`, {
      until: new Date(Date.now() + 3600_000).toISOString()
    })
    const headers = {
      'In-Reply-To': mail.parsed.messageId ?? '',
      References: `<${asked}>`,
      'Auto-Submitted': 'auto-replied'
    }
    await post({
      from: 'away@example.org',
      subject: 'Out of office',
      text: 'I am away until Monday',
      headers
    })
    const kept = await eventually('the auto-reply', async () =>
      (await messagesOf(work)).find(({ text }) => text.includes('until Monday'))
    )
    expect(kept.automatic).toBe('auto-reply')
    const { interaction } = (await awa.get(`/api/interactions/${work.id}`)).body
    expect(interaction).toMatchObject({ state: 'active', waitingFor: 'customer', unread: 0 })
    expect(interaction.snoozedUntil).not.toBeNull()
    await awa.close(work.id)
    await post({ from: 'away@example.org', subject: 'Out of office', text: 'still away', headers })
    await eventually('the second one', async () =>
      (await messagesOf(work)).some(({ text }) => text.includes('still away'))
    )
    const list = (await awa.get(`/api/contacts/${work.contactId}/history`)).body.items as Interaction[]
    expect(list.map(({ state }) => state)).toEqual(['closed'])
    expect(sink.mails).toHaveLength(before)
  })

  it('can be called back in time, and not afterwards', async () => {
    await post({ from: 'undo@example.org', text: 'about undoing' })
    const work = await taken('about undoing')
    const send = await awa.post(`/api/interactions/${work.id}/messages`, {
      clientId: clientId(),
      text: 'too hasty'
    })
    expect(send.body).toMatchObject({ state: 'queued' })
    expect(send.body.sendAt > new Date().toISOString()).toBe(true)
    const undone = await awa.send('POST', `/api/messages/${String(send.body.id)}/undo`)
    expect(undone.body.state).toBe('cancelled')
    await leave(send.body.id)
    const sent = await answer(work, { text: 'well considered' })
    const mail = await sink.waitFor(({ recipients }) => recipients.includes('undo@example.org'))
    expect(mail.parsed.text).toContain('well considered')
    await eventually('sent', async () => (await stateOf(work, sent.id))?.state === 'sent')
    expect((await awa.send('POST', `/api/messages/${sent.id}/undo`)).body.error).toBe('too-late')
    expect((await awa.send('POST', `/api/messages/${String(send.body.id)}/undo`)).body.error).toBe('too-late')
    expect(sink.mails.filter(({ recipients }) => recipients.includes('undo@example.org'))).toHaveLength(1)
    await awa.close(work.id)
  })

  it('leaves later when it is told to, and not before', async () => {
    await post({ from: 'later@example.org', text: 'answer me later' })
    const work = await taken('answer me later')
    const sendAt = new Date(Date.now() + 3600_000).toISOString()
    const { body } = await awa.post(`/api/interactions/${work.id}/messages`, {
      clientId: clientId(),
      text: 'later',
      sendAt
    })
    expect(body).toMatchObject({ state: 'scheduled', sendAt })
    house.hub.schedule('message.send', { messageId: body.id }, { key: `early-${clientId()}` })
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect((await stateOf(work, body.id))?.state).toBe('scheduled')
    await leave(body.id)
    await sink.waitFor(({ recipients }) => recipients.includes('later@example.org'))
    await awa.close(work.id)
  })

  it('is tried again after a 451, and shown as failed with the reason after a 550', async () => {
    await post({ from: 'moody@example.org', text: 'moody server' })
    const work = await taken('moody server')
    sink.answer({ kind: 'code', code: 451, words: '4.3.0 come back later', at: 'rcpt' })
    const sent = await answer(work)
    const waiting = await eventually('the first try', async () => {
      const message = await stateOf(work, sent.id)
      return message?.failure ? message : null
    })
    expect(waiting).toMatchObject({ state: 'queued', failure: { temporary: true } })
    expect(waiting.failure?.reason).toContain('come back later')
    sink.answer({ kind: 'normal' })
    await leave(sent.id)
    await eventually('sent', async () => (await stateOf(work, sent.id))?.state === 'sent')
    expect((await stateOf(work, sent.id))?.failure).toBeNull()

    sink.answer({ kind: 'code', code: 550, words: '5.1.1 no such person', at: 'rcpt' })
    const lost = await answer(work, { text: 'to nobody' })
    const failed = await eventually('failure', async () => {
      const message = await stateOf(work, lost.id)
      return message?.state === 'failed' ? message : null
    })
    expect(failed.failure).toMatchObject({ temporary: false })
    expect(failed.failure?.reason).toContain('no such person')
    sink.answer({ kind: 'normal' })
    expect((await awa.send('POST', `/api/messages/${lost.id}/retry`)).body.state).toBe('queued')
    await eventually('sent at last', async () => (await stateOf(work, lost.id))?.state === 'sent')
    await awa.close(work.id)
  }, 25_000)

  it('that bounces is shown as failed, with the server’s words', async () => {
    await post({ from: 'gone@example.org', text: 'gone soon' })
    const work = await taken('gone soon')
    const sent = await answer(work)
    const mail = await sink.waitFor(({ recipients }) => recipients.includes('gone@example.org'))
    await eventually('sent', async () => (await stateOf(work, sent.id))?.state === 'sent')
    const bounce = (id: string) =>
      [
        'From: Mail Delivery System <MAILER-DAEMON@mx.example.org>',
        `To: ${help}`,
        'Subject: Undelivered Mail Returned to Sender',
        `Message-ID: <${newId()}>`,
        'Auto-Submitted: auto-replied',
        'MIME-Version: 1.0',
        'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
        '',
        '--b',
        'Content-Type: text/plain',
        '',
        'Your message could not be delivered.',
        '',
        '--b',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; mx.example.org',
        '',
        'Final-Recipient: rfc822; gone@example.org',
        'Action: failed',
        'Status: 5.1.1',
        'Diagnostic-Code: smtp; 550 5.1.1 mailbox is no more',
        '',
        '--b',
        'Content-Type: message/rfc822-headers',
        '',
        `Message-ID: ${id}`,
        '',
        '--b--',
        ''
      ].join('\r\n')
    await postRaw(bounce(mail.parsed.messageId ?? ''), '')
    const failed = await eventually('the bounce', async () => {
      const message = await stateOf(work, sent.id)
      return message?.state === 'failed' ? message : null
    })
    expect(failed.failure?.reason).toContain('mailbox is no more')
    await awa.close(work.id)
  })
})

describe('a conversation by mail', () => {
  it('is split at a message and merged again, and replies follow the messages', async () => {
    const asked = await post({ from: 'two@example.org', subject: 'First matter', text: 'the first matter' })
    const work = await taken('the first matter')
    const second = await post({
      from: 'two@example.org',
      subject: 'Second matter',
      text: 'and now the second matter',
      headers: { 'In-Reply-To': `<${asked}>` }
    })
    const message = await eventually('the second', async () =>
      (await messagesOf(work)).find(({ text }) => text.includes('second matter'))
    )
    const split = await awa.post(`/api/interactions/${work.id}/split`, { messageId: message.id })
    expect(split.body).toMatchObject({ subject: 'Second matter', queuedAt: work.queuedAt })
    expect(split.body.conversationId).not.toBe(work.conversationId)
    expect((await messagesOf(work)).map(({ text }) => text.trim())).toEqual(['the first matter'])
    const apart = await taken('second matter')
    expect(apart.id).toBe(split.body.id)
    await post({
      from: 'two@example.org',
      text: 'more of the second',
      headers: { 'In-Reply-To': `<${second}>` }
    })
    await eventually('the reply', async () =>
      (await messagesOf(apart)).some(({ text }) => text.includes('more of the second'))
    )

    const merged = await awa.post(`/api/interactions/${work.id}/merge`, {
      otherConversationId: apart.conversationId
    })
    expect(merged.status).toBe(200)
    expect(await messagesOf(work)).toHaveLength(3)
    expect((await awa.get(`/api/interactions/${apart.id}`)).body.interaction.state).toBe('closed')
    await post({ from: 'two@example.org', text: 'and the end', headers: { 'In-Reply-To': `<${second}>` } })
    await eventually('the end', async () =>
      (await messagesOf(work)).some(({ text }) => text.includes('and the end'))
    )
    const audit = async (action: string) =>
      (await admin.get(`/api/audit?action=${action}`)).body.items as { actorName: string }[]
    await eventually(
      'the audit',
      async () =>
        (await audit('conversation.split')).length === 1 && (await audit('conversation.merge')).length === 1
    )
    await awa.close(work.id)
    const { body } = await awa.get('/api/agents')
    expect(body.items.find(({ id }: { id: string }) => id === awa.me.agent.id).holds).toEqual([])
  })

  it('of another contact is not merged in', async () => {
    await post({ from: 'left@example.org', text: 'left hand' })
    await post({ from: 'right@example.org', text: 'right hand' })
    const left = await taken('left hand')
    const right = await taken('right hand')
    const answerBody = (
      await awa.post(`/api/interactions/${left.id}/merge`, { otherConversationId: right.conversationId })
    ).body
    expect(answerBody.error).toBe('unknown-reference')
    await awa.close(left.id)
    await awa.close(right.id)
  })

  it('keeps a draft until it is sent', async () => {
    await post({ from: 'draft@example.org', text: 'draft me' })
    const work = await taken('draft me')
    const path = `/api/interactions/${work.id}/draft`
    const draft = {
      text: 'half a sent',
      html: '<p>half a sent</p>',
      subject: 'Re: x',
      to: ['draft@example.org'],
      cc: [],
      mode: 'reply'
    }
    expect((await awa.send('PUT', path, draft)).body.savedAt).not.toBeNull()
    expect((await awa.get(path)).body).toMatchObject({ ...draft, attachments: [] })
    await answer(work)
    expect((await awa.get(path)).body).toMatchObject({ text: '', savedAt: null })
    await awa.send('PUT', path, draft)
    expect((await awa.send('PUT', path, { text: ' ', mode: 'reply' })).body.savedAt).toBeNull()
    expect((await awa.get(path)).body.text).toBe('')
    await awa.close(work.id)
  })

  it('is sent and closed at once, and a repeat of the request has no effect', async () => {
    await post({ from: 'close@example.org', text: 'close with it' })
    const work = await taken('close with it')
    const dispositions = (await awa.get('/api/dispositions')).body.items as {
      id: string
      noteRequired: boolean
    }[]
    const body = {
      clientId: clientId(),
      text: 'done',
      close: { dispositionId: dispositions.find(({ noteRequired }) => !noteRequired)?.id }
    }
    const first = await awa.post(`/api/interactions/${work.id}/messages`, body)
    const again = await awa.post(`/api/interactions/${work.id}/messages`, body)
    expect(first.status).toBe(200)
    expect(again.body.id).toBe(first.body.id)
    expect((await awa.get(`/api/interactions/${work.id}`)).body.interaction.state).toBe('closed')
  })

  it('is not addressed to what is no address', async () => {
    await post({ from: 'address@example.org', text: 'mind the address' })
    const work = await taken('mind the address')
    for (const to of [
      'x',
      'a@b',
      'a@b.example\r\nBcc: c@d.example',
      'a@b.example, c@d.example',
      '<a@b.example>'
    ]) {
      const { body } = await awa.post(`/api/interactions/${work.id}/messages`, {
        clientId: clientId(),
        text: 'x',
        to: [to]
      })
      expect(body.error, to).toBe('invalid-input')
    }
    await awa.close(work.id)
  })
})
