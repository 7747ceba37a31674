import { setTimeout as sleep } from 'node:timers/promises'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'

export interface SinkOptions {
  host?: string
  /** 0 takes a spare one. */
  port?: number
  /** Asks for a user and password, and takes only these. */
  auth?: { user: string; password: string }
  /** Encryption, with a certificate that nobody vouches for. */
  security?: 'none' | 'starttls' | 'tls'
  /** Called with every mail taken: a demo prints it. */
  onMail?: (mail: SinkMail) => void
}

export interface SinkMail {
  from: string
  recipients: string[]
  raw: Buffer
  parsed: ParsedMail
}

/**
 * How the sink answers from now on. `code` with `at` answers that command with that code; `only` limits a refused
 * RCPT to some addresses. `slow` waits (milliseconds) before the answer to the final dot; `drop` breaks the line
 * there, with the mail already taken (`after`) or not (`before`).
 */
export type SinkMood =
  | { kind: 'normal' }
  | { kind: 'code'; code: number; words?: string; at: 'connect' | 'mail' | 'rcpt' | 'data'; only?: string[] }
  | { kind: 'slow'; ms: number }
  | { kind: 'drop'; when: 'before' | 'after' }

/** A mail server that takes everything and sends nothing: the far side of SMTP in tests and demos. */
export interface SmtpSink {
  host: string
  port: number
  readonly mails: readonly SinkMail[]
  /** Open connections. */
  connections(): number
  answer(mood: SinkMood): void
  /** The first mail, already there or still to come, that pleases; throws after `ms` milliseconds. */
  waitFor(pleases: (mail: SinkMail) => boolean, ms?: number): Promise<SinkMail>
  stop(): Promise<void>
}

export async function startSmtpSink(options: SinkOptions = {}): Promise<SmtpSink> {
  const mails: SinkMail[] = []
  let mood: SinkMood = { kind: 'normal' }
  let arrived = () => {}

  const moody = (at: 'connect' | 'mail' | 'rcpt' | 'data', address = '') => {
    if (mood.kind !== 'code' || mood.at !== at || (mood.only && !mood.only.includes(address))) return null
    return Object.assign(new Error(mood.words ?? 'As told'), { responseCode: mood.code })
  }
  const server = new SMTPServer({
    authOptional: options.auth === undefined,
    allowInsecureAuth: true,
    secure: options.security === 'tls',
    disabledCommands: [
      ...(options.auth === undefined ? ['AUTH'] : []),
      ...(options.security === 'starttls' ? [] : ['STARTTLS'])
    ],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onConnect: (_session, done) => done(moody('connect')),
    onMailFrom: (address, _session, done) => done(moody('mail', address.address)),
    onRcptTo: (address, _session, done) => done(moody('rcpt', address.address)),
    onAuth(auth, _session, done) {
      const right = auth.username === options.auth?.user && auth.password === options.auth?.password
      if (right) done(null, { user: auth.username })
      else done(Object.assign(new Error('5.7.8 Authentication credentials invalid'), { responseCode: 535 }))
    },
    onData(stream, session, done) {
      void (async () => {
        const chunks: Buffer[] = []
        for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
        const refusal = moody('data')
        if (refusal) return done(refusal)
        const current = mood
        if (current.kind === 'drop' && current.when === 'before') return breakLine(server, session)
        await take(session, Buffer.concat(chunks))
        if (current.kind === 'drop') return breakLine(server, session)
        if (current.kind === 'slow') await sleep(current.ms)
        done(null, 'Taken')
      })()
    }
  })
  // A client that breaks the line is an error to the server; to a sink it is a day like any other.
  server.on('error', () => {})

  const take = async (session: SMTPServerSession, raw: Buffer) => {
    const mail: SinkMail = {
      from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
      recipients: session.envelope.rcptTo.map((one) => one.address),
      raw,
      parsed: await simpleParser(raw, { keepCidLinks: true })
    }
    mails.push(mail)
    options.onMail?.(mail)
    arrived()
  }

  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(options.port ?? 0, host, () => resolve())
  })
  const address = server.server.address()

  return {
    host,
    port: typeof address === 'object' && address ? address.port : 0,
    mails,
    connections: () => server.connections.size,
    answer: (next) => (mood = next),
    async waitFor(pleases, ms = 5_000) {
      const deadline = Date.now() + ms
      for (;;) {
        const found = mails.find(pleases)
        if (found) return found
        const left = deadline - Date.now()
        if (left <= 0) throw new Error(`No such mail came within ${ms} ms; ${mails.length} others did.`)
        await Promise.race([new Promise<void>((resolve) => (arrived = resolve)), sleep(Math.min(left, 200))])
      }
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve()))
  }
}

const breakLine = (server: SMTPServer, session: SMTPServerSession): void => {
  for (const connection of server.connections) {
    const { session: own, _socket: socket } = connection as unknown as {
      session: SMTPServerSession
      _socket: { destroy(): void }
    }
    if (own.id === session.id) socket.destroy()
  }
}
