import { SMTPServer } from 'smtp-server'
import type { Hub } from '@palabre/hub/hub'
import { keepDemoMail } from '@palabre/hub/demo/mailbox'

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
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address.toLowerCase())
        keepDemoMail(Buffer.concat(chunks), to).then(() => done(), done)
      })
    }
  })
  server.on('error', (error) => {
    hub.log.warn({ err: error }, 'the demo mailbox is not open')
  })
  server.listen(SMTP_PORT + 1, SMTP_HOST)
  await Promise.resolve()
  return { stop: () => new Promise((resolve) => server.close(() => resolve())) }
}
