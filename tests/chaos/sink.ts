import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'

export interface Sink {
  stop(): Promise<void>
}

/**
 * The mail server of the customers: takes everything, thinks `slowMs` before it says 250, and does not mind that
 * whoever delivers is killed meanwhile. `onMail` hears each mail once it is taken, before the 250.
 */
export async function openSink(
  port: number,
  slowMs: number,
  onMail: (mail: { messageId: string; to: string }) => void
): Promise<Sink> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      // A sender that was killed in the middle: nothing was taken.
      stream.on('error', () => undefined)
      stream.on('end', () => {
        const messageId = /^Message-ID:\s*<([^>]+)>/im.exec(Buffer.concat(chunks).toString())?.[1] ?? ''
        onMail({ messageId, to: session.envelope.rcptTo[0]?.address ?? '' })
        void sleep(slowMs).then(() => done(null, 'Taken'))
      })
    }
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  return { stop: () => new Promise((resolve) => server.close(() => resolve())) }
}
