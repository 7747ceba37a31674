import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { ChannelError, type Gateway } from '../channel.ts'
import { canonicalAddress, isOneOf } from './email-address.ts'
import { limits } from './limits.ts'
import { networkReason } from '../network-error.ts'
import { parseMail } from './parse.ts'
import { ownAddresses, settingsOf, type EmailAccount, type emailSettings } from './settings.ts'

/** How long a client waits for the answer to `accounts()` that another one just had, in milliseconds. */
const accountsFreshMs = 1_000

/**
 * The built-in SMTP listener: takes mail for every account whose `inbound` is `smtp`, until the signal aborts. It
 * answers 250 only when the hub has stored the mail for each account it is for; else 451, and the sender keeps it.
 * It relays nothing and signs nobody in: a mail server in front of it does what the open internet asks for.
 * Throws ChannelError('unreachable') when it cannot listen.
 */
export async function listenSmtp(gateway: Gateway<typeof emailSettings>): Promise<void> {
  const { signal, host, port } = gateway
  if (signal.aborted) return
  const directory = accountDirectory(() => gateway.accounts())
  const resting = accountDirectory(() => gateway.resting?.() ?? Promise.resolve([]))
  const room = { left: limits.gatewayBufferedBytes }
  const server = new SMTPServer({
    banner: 'Palabre',
    size: limits.mailBytes,
    authOptional: true,
    // Without a certificate of its own, STARTTLS would be encryption with a key that everybody has.
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    maxClients: limits.gatewayClients,
    maxRecipients: limits.gatewayRecipients,
    maxAllowedUnauthenticatedCommands: false,
    socketTimeout: limits.gatewayIdleMs,
    closeTimeout: 1_000,
    logger: false,
    onRcptTo: (address, _session, done) => {
      refusalFor(address.address).then(done, () => done(reply(451, 'Try again later')))
    },
    onData: (stream, session, done) => {
      const hangUp = () => {
        for (const client of server.connections) if (client.session.id === session.id) client.close()
      }
      receive(collect(stream, room, hangUp), session, directory, gateway, room).then(
        () => done(null, 'Stored'),
        (error: unknown) => done(error instanceof Refusal ? error : reply(451, 'Not stored, try again later'))
      )
    }
  })
  async function refusalFor(address: string): Promise<Refusal | null> {
    if ((await directory(address)).length > 0) return null
    const isResting = (await resting(address)).length > 0
    return isResting
      ? reply(450, 'The mailbox is paused, try again later')
      : reply(550, 'No such mailbox here')
  }
  await new Promise<void>((resolve, reject) => {
    const stop = () => server.close(() => resolve())
    // Broken connections of single clients also arrive here; only a server that never listened is at its end.
    server.on('error', (error) => {
      if (server.server.listening) return
      reject(
        new ChannelError('unreachable', `SMTP on ${host}:${port}: ${networkReason(error)}`, { cause: error })
      )
    })
    server.listen(port, host)
    signal.addEventListener('abort', stop, { once: true })
  })
}

/** What a client is told; nodemailer's server reads `responseCode`. */
class Refusal extends Error {
  readonly responseCode: number
  constructor(responseCode: number, message: string) {
    super(message)
    this.responseCode = responseCode
  }
}

const reply = (code: number, words: string) => new Refusal(code, words)

/** Finds the accounts that receive at an address; asks the hub at most once a second. */
const accountDirectory = (read: () => Promise<EmailAccount[]>) => {
  let known: { at: number; list: Promise<EmailAccount[]> } | undefined
  const fresh = (): Promise<EmailAccount[]> => {
    if (!known || Date.now() - known.at > accountsFreshMs) {
      const list = read()
      known = { at: Date.now(), list }
      list.catch(() => (known = undefined))
    }
    return known.list
  }
  return async (address: string): Promise<EmailAccount[]> => {
    const wanted = canonicalAddress(address)
    if (!wanted) return []
    return (await fresh()).filter((account) => {
      const settings = settingsOf(account)
      return settings.inbound === 'smtp' && isOneOf(wanted, ownAddresses(settings))
    })
  }
}

const receive = async (
  collected: Promise<Buffer>,
  session: SMTPServerSession,
  directory: (address: string) => Promise<EmailAccount[]>,
  gateway: Gateway<typeof emailSettings>,
  room: { left: number }
): Promise<void> => {
  const source = await collected
  try {
    const recipients = session.envelope.rcptTo.map((one) => one.address)
    const found = (await Promise.all(recipients.map(directory))).flat()
    const accounts = new Map(found.map((account) => [account.id, account]))
    if (accounts.size === 0) throw reply(451, 'The mailbox was just removed')
    const traced = Buffer.concat([trace(session, recipients), source])
    for (const account of accounts.values()) {
      await gateway.report(account.id, await parseMail(traced, account, source))
    }
  } finally {
    room.left += source.length
  }
}

/** Reads the mail into memory, or past it when it is too much for one mail or for all clients together. */
const collect = async (
  stream: SMTPServerDataStream,
  room: { left: number },
  hangUp: () => void
): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let length = 0
  let refusal: Refusal | undefined
  // The idle limit does not notice a client that sends a byte a minute to keep its place.
  const late = setTimeout(() => {
    stream.destroy(new Error('Too slow'))
    hangUp()
  }, limits.gatewaySessionMs)
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (refusal) continue
      length += chunk.length
      room.left -= chunk.length
      if (length > limits.mailBytes) refusal = reply(552, 'Message is larger than 25 MB')
      else if (room.left < 0) refusal = reply(452, 'Too much mail at once, try again later')
      else chunks.push(chunk)
      if (refusal) {
        chunks.length = 0
        room.left += length
        length = 0
      }
    }
  } catch (error) {
    room.left += length
    throw error
  } finally {
    clearTimeout(late)
  }
  if (refusal) throw refusal
  return Buffer.concat(chunks)
}

/** The trace that RFC 5321 §4.4 asks of the server that makes final delivery. */
const trace = (session: SMTPServerSession, recipients: readonly string[]): Buffer => {
  const word = (text: string) => text.replace(/[^\x21-\x7e]/g, '').slice(0, 255)
  const from = session.envelope.mailFrom ? word(session.envelope.mailFrom.address) : ''
  const client = `${word(session.hostNameAppearsAs || 'unknown')} ([${word(session.remoteAddress)}])`
  return Buffer.from(
    `Return-Path: <${from.replace(/[<>]/g, '')}>\r\n` +
      recipients.map((one) => `Delivered-To: ${word(one).replace(/[<>]/g, '')}\r\n`).join('') +
      `Received: from ${client}\r\n\tby Palabre with ${word(session.transmissionType)} id ${word(session.id)};\r\n` +
      `\t${new Date().toUTCString().replace('GMT', '+0000')}\r\n`
  )
}
