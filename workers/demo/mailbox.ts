import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { keepDemoMail } from '@palabre/hub/demo/mailbox'
import type { Hub } from '@palabre/hub/hub'

/** Largest mail that the demo's customers take, in bytes. */
const mailBytes = 30_000_000

/**
 * The mailbox of the demo's customers, beside the SMTP listener (its port + 1): mail that the demo sends ends here and
 * is read at /demo/mailbox. Not opened without DEMO.
 */
export async function openDemoMailbox(hub: Hub): Promise<{ stop(): Promise<void> }> {
  const { DEMO, SMTP_HOST, SMTP_PORT } = hub.env
  if (!DEMO || SMTP_PORT < 0) return { stop: () => Promise.resolve() }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: mailBytes,
    logger: false,
    onData(stream, session, done) {
      keep(
        stream,
        session.envelope.rcptTo.map(({ address }) => address.toLowerCase())
      ).then(() => done(), done)
    }
  })
  await new Promise<void>((resolve) => {
    server.on('error', (error) => {
      hub.log.warn({ err: error }, 'the demo mailbox is not open')
      resolve()
    })
    server.listen(SMTP_PORT + 1, SMTP_HOST, resolve)
  })
  return { stop: () => new Promise((resolve) => server.close(() => resolve())) }
}

async function keep(stream: Parameters<typeof simpleParser>[0], to: string[]) {
  const mail = await simpleParser(stream)
  const references = [mail.references ?? []].flat()
  await keepDemoMail({
    from: mail.from?.text ?? '',
    to,
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    messageId: mail.messageId ?? '',
    references,
    files: mail.attachments.map(({ filename }) => filename ?? 'file')
  })
}
