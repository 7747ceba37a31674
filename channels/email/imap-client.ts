import { ImapFlow, type ImapFlowError } from 'imapflow'
import { limits } from './limits.ts'
import { networkReason } from '../network-error.ts'
import type { EmailSettings } from './settings.ts'

/** An IMAP connection as the account's settings want it, not yet opened. It never logs: logs would hold mail. */
export const imapClient = (settings: EmailSettings, connectMs: number = limits.connectMs): ImapFlow => {
  const client = new ImapFlow({
    host: settings.imapHost,
    port: settings.imapPort,
    secure: settings.imapSecurity === 'tls',
    doSTARTTLS: settings.imapSecurity === 'starttls',
    auth: { user: settings.imapUser, pass: settings.imapPassword },
    tls: { rejectUnauthorized: !settings.allowSelfSigned },
    clientInfo: { name: 'Palabre' },
    logger: false,
    // The listener idles by itself: the automatic one begins 15 s late.
    disableAutoIdle: true,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    // A line that died without a word is found out by the restart of IDLE, at the latest a minute after it.
    maxIdleTime: 2 * 60_000,
    socketTimeout: 3 * 60_000,
    maxLiteralSize: limits.mailBytes + 1024 * 1024,
    maxResponseSize: limits.mailBytes + 2 * 1024 * 1024,
    maxLockHoldTime: false
  })
  // Errors reach the listener through the command that failed, or as a close; unheard they would end the process.
  client.on('error', () => {})
  return client
}

/** The folder for taken mail: people write "A/B" whatever sign the server puts between folders. */
export const folderPath = (client: ImapFlow, { imapMoveTo }: EmailSettings): string | string[] => {
  const delimiter = client.mailbox ? client.mailbox.delimiter : '/'
  return delimiter && imapMoveTo.includes(delimiter) ? imapMoveTo : imapMoveTo.split('/')
}

/** RFC 5530 codes with which a server says that signing in may work later. */
const passing = new Set(['UNAVAILABLE', 'LIMIT', 'INUSE', 'SERVERBUG'])

export interface ImapFailure {
  /** The settings are wrong: trying again soon cannot help, and may lock the mailbox. */
  refused: boolean
  detail: string
}

/** What went wrong with an IMAP connection, in plain words. */
export const imapFailure = (error: unknown): ImapFailure => {
  const failure = error as ImapFlowError
  const said = [failure.responseText, failure.response].find(
    (text) => typeof text === 'string' && text !== ''
  )
  const tail = typeof said === 'string' ? ` The server said: ${said.slice(0, 200)}` : ''
  if (failure.authenticationFailed && !passing.has(failure.serverResponseCode ?? '')) {
    return { refused: true, detail: `The server does not accept this user name and password.${tail}` }
  }
  if (failure.mailboxMissing || failure.serverResponseCode === 'NONEXISTENT') {
    return { refused: true, detail: `The mailbox does not exist.${tail}` }
  }
  return { refused: false, detail: `${networkReason(error)}${tail}` }
}
