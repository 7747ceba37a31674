import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sparePort, startDovecot, type Dovecot } from '../../tests/simulators/mail/dovecot.ts'
import { startSmtpSink, type SmtpSink } from '../../tests/simulators/mail/smtp-sink.ts'
import { channelContract } from '../channel-contract.ts'
import { testAccount } from './fixtures/load.ts'
import { email } from './index.ts'
import type { EmailAccount, EmailSettings } from './settings.ts'
import { test } from './test.ts'
import { closeTransports } from './transports.ts'

const hasDovecot = Boolean(process.env['PALABRE_DOVECOT'])

describe.skipIf(!hasDovecot)('the mail channel', () => {
  let dovecot: Dovecot
  let sink: SmtpSink
  let deadPort = 0
  let arrived = 0

  beforeAll(async () => {
    dovecot = await startDovecot({ password: 'imap-pass-word' })
    sink = await startSmtpSink({ auth: { user: 'support', password: 'smtp-pass-word' } })
    deadPort = await sparePort()
  })
  afterAll(async () => {
    closeTransports()
    await sink.stop()
    await dovecot.stop()
  })

  const account = (settings: Partial<EmailSettings> = {}): EmailAccount =>
    testAccount({
      imapHost: '127.0.0.1',
      imapPort: dovecot.port,
      imapSecurity: 'none',
      imapUser: 'contract',
      imapPassword: dovecot.password,
      imapAfter: 'nothing',
      smtpHost: '127.0.0.1',
      smtpPort: sink.port,
      smtpSecurity: 'none',
      smtpUser: 'support',
      smtpPassword: 'smtp-pass-word',
      ...settings
    })
  const nextMail = () =>
    `From: awa@customer.example\r\nMessage-ID: <contract-${++arrived}@customer.example>\r\nSubject: s\r\n\r\nhello\r\n`

  describe('reading a mailbox', () => {
    channelContract(email, {
      account,
      listen: {
        arrive: () => dovecot.deliver('contract', nextMail()),
        unreachable: () => account({ imapPort: deadPort })
      },
      gateway: {
        port: sparePort,
        deliver: async (port) => {
          const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
          const envelope = { from: 'awa@customer.example', to: ['listener@bank.example'] }
          await transport.sendMail({ envelope, raw: 'From: awa@customer.example\r\n\r\nhello' })
        },
        account: () => account({ inbound: 'smtp', aliases: ['listener@bank.example'] })
      },
      send: {
        message: () => ({
          id: 'abcdef0123456789abcdef01',
          address: 'awa@customer.example',
          fromName: 'Support',
          text: 'Hello',
          attachments: [],
          references: []
        }),
        unreachable: () => account({ smtpPort: deadPort })
      }
    })
  })

  describe('testing a connection', () => {
    const stepsOf = async (settings: Partial<EmailSettings>) => {
      const report = await test(account(settings), new AbortController().signal)
      return { ok: report.ok, steps: Object.fromEntries(report.steps.map((step) => [step.name, step])) }
    }

    it('goes through every step when all is well', async () => {
      const { ok, steps } = await stepsOf({})
      expect(ok).toBe(true)
      expect(Object.keys(steps)).toEqual([
        'Connect to IMAP',
        'Sign in to IMAP',
        'Open the mailbox',
        'Hear of new mail',
        'Connect to SMTP',
        'Sign in to SMTP'
      ])
      expect(steps['Connect to IMAP']?.detail).toContain('not encrypted')
      expect(steps['Hear of new mail']?.detail).toContain('IDLE')
    })

    it.each<[string, Partial<EmailSettings>, string, RegExp]>([
      [
        'a wrong IMAP password',
        { imapPassword: 'wrong' },
        'Sign in to IMAP',
        /does not accept this user name and password/
      ],
      ['a mailbox that is not there', { imapMailbox: 'Nowhere' }, 'Open the mailbox', /does not exist/],
      ['no IMAP server', { imapHost: '' }, 'Connect to IMAP', /No IMAP server is given/],
      [
        'a name that leads nowhere',
        { imapHost: 'mail.invalid' },
        'Connect to IMAP',
        /no server of this name|name server/
      ],
      [
        'a wrong SMTP password',
        { smtpPassword: 'wrong' },
        'Sign in to SMTP',
        /does not accept this user name and password/
      ],
      [
        'encryption that is not offered',
        { smtpSecurity: 'starttls' },
        'Connect to SMTP',
        /does not offer the encryption/
      ]
    ])('names the step that fails with %s', async (_, settings, name, words) => {
      const { ok, steps } = await stepsOf(settings)
      expect(ok).toBe(false)
      expect(steps[name]).toMatchObject({ ok: false, detail: expect.stringMatching(words) as string })
    })

    it('is content without SMTP for an account that only receives, and not for one that only sends', async () => {
      expect((await stepsOf({ smtpHost: '', inbound: 'smtp' })).ok).toBe(true)
      expect((await stepsOf({ smtpHost: '', inbound: 'none' })).ok).toBe(false)
    })
  })
})
