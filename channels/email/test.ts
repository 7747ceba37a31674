import type { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import type { TestReport } from '../channel.ts'
import { imapClient, imapFailure } from './imap-client.ts'
import { limits } from './limits.ts'
import { ownAddresses, settingsOf, type EmailAccount, type EmailSettings } from './settings.ts'
import { smtpFailure } from './smtp-failure.ts'
import { smtpOptions } from './transports.ts'

type Step = TestReport['steps'][number]

/**
 * Tries an account's settings as an administrator would: connect, sign in, open the mailbox; connect and sign in to
 * send. Nothing is read, marked or sent. Each server gets ten seconds; an aborted test reports what it had.
 */
export async function test(account: EmailAccount, signal: AbortSignal): Promise<TestReport> {
  const settings = settingsOf(account)
  const [incoming, outgoing] = await Promise.all([
    testInbound(settings, signal),
    testOutbound(settings, signal)
  ])
  const steps = [...incoming, ...outgoing]
  return { ok: steps.every((step) => step.ok), steps }
}

const testInbound = async (settings: EmailSettings, signal: AbortSignal): Promise<Step[]> => {
  if (settings.inbound === 'none') return [passed('Receive mail', 'This account only sends.')]
  if (settings.inbound === 'smtp') {
    const addresses = ownAddresses(settings).join(', ')
    return [passed('Receive by the SMTP listener', `Mail to ${addresses} is taken by the built-in listener.`)]
  }
  if (settings.imapHost === '') return [failed('Connect to IMAP', 'No IMAP server is given.')]
  const client = imapClient(settings, limits.testStepMs)
  return limited(
    signal,
    'Test IMAP',
    () => client.close(),
    (steps) => tryImap(client, settings, steps)
  )
}

const tryImap = async (client: ImapFlow, settings: EmailSettings, steps: Step[]): Promise<void> => {
  const where = `${settings.imapHost}:${settings.imapPort}`
  try {
    await client.connect()
  } catch (error) {
    const { detail } = imapFailure(error)
    const { authenticationFailed = false, tlsFailed = false } = error as Record<string, boolean>
    if (!authenticationFailed || tlsFailed)
      return void steps.push(failed('Connect to IMAP', `${where}: ${detail}`))
    return void steps.push(passed('Connect to IMAP', where), failed('Sign in to IMAP', detail))
  }
  steps.push(
    passed('Connect to IMAP', `${where}, ${client.secureConnection ? 'encrypted' : 'not encrypted'}`)
  )
  steps.push(passed('Sign in to IMAP', settings.imapUser))
  try {
    const mailbox = await client.mailboxOpen(settings.imapMailbox)
    const readOnly = mailbox.readOnly === true && settings.imapAfter !== 'nothing'
    const words = `${mailbox.path} holds ${mailbox.exists} mails${readOnly ? ', and may only be read' : ''}`
    steps.push(readOnly ? failed('Open the mailbox', words) : passed('Open the mailbox', words))
  } catch (error) {
    return void steps.push(
      failed('Open the mailbox', `${settings.imapMailbox}: ${imapFailure(error).detail}`)
    )
  }
  const announces = client.capabilities.has('IDLE')
  steps.push(
    passed(
      'Hear of new mail',
      announces
        ? 'The server announces it at once (IDLE).'
        : 'The server has no IDLE: it is asked every two minutes.'
    )
  )
  await client.logout()
}

const testOutbound = async (settings: EmailSettings, signal: AbortSignal): Promise<Step[]> => {
  if (settings.smtpHost === '') {
    const words = 'No SMTP server is given: this account cannot send.'
    return [settings.inbound === 'none' ? failed('Send mail', words) : passed('Send mail', words)]
  }
  const { pool: _, ...options } = smtpOptions(settings, limits.testStepMs)
  const transport = createTransport(options)
  return limited(
    signal,
    'Test SMTP',
    () => transport.close(),
    async (steps) => {
      const where = `${settings.smtpHost}:${settings.smtpPort}`
      const signsIn = settings.smtpUser !== ''
      try {
        await transport.verify()
        steps.push(passed('Connect to SMTP', where))
        steps.push(
          passed('Sign in to SMTP', signsIn ? settings.smtpUser : 'Not asked for: no user is given.')
        )
      } catch (error) {
        const failure = smtpFailure(error)
        if (failure.reason !== 'unauthorized') {
          return void steps.push(failed('Connect to SMTP', `${where}: ${failure.message}`))
        }
        steps.push(passed('Connect to SMTP', where), failed('Sign in to SMTP', failure.message))
      }
    }
  )
}

const passed = (name: string, detail: string): Step => ({ name, ok: true, detail })
const failed = (name: string, detail: string): Step => ({ name, ok: false, detail })

/** Runs one server's steps; when they hang or are no longer wanted, what was found so far is the result. */
const limited = async (
  signal: AbortSignal,
  name: string,
  close: () => void,
  run: (steps: Step[]) => Promise<void>
): Promise<Step[]> => {
  const steps: Step[] = []
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limits.testStepMs)])
  const stopped = new Promise<'stopped'>((resolve) => {
    if (limit.aborted) resolve('stopped')
    limit.addEventListener('abort', () => resolve('stopped'), { once: true })
  })
  const outcome = await Promise.race([run(steps).then(() => 'done', imapFailure), stopped])
  close()
  if (outcome === 'stopped') {
    return [...steps, failed(name, signal.aborted ? 'Stopped.' : 'The server did not answer in time.')]
  }
  return typeof outcome === 'object' ? [...steps, failed(name, outcome.detail)] : steps
}
