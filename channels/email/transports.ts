import { createHash } from 'node:crypto'
import { createTransport, type Transporter } from 'nodemailer'
import type { SMTPPoolOptions, SMTPPoolSentMessageInfo } from 'nodemailer/lib/smtp-pool'
import { limits } from './limits.ts'
import type { EmailSettings } from './settings.ts'

export type MailTransport = Transporter<SMTPPoolSentMessageInfo, SMTPPoolOptions>

interface Kept {
  transport: MailTransport
  inUse: number
  timer: NodeJS.Timeout | undefined
}

/** One pool of connections for each distinct set of SMTP settings; a changed password makes a new one. */
const pools = new Map<string, Kept>()

/** What nodemailer needs to know of an account's settings. */
export const smtpOptions = (
  settings: EmailSettings,
  connectMs: number = limits.connectMs
): SMTPPoolOptions => ({
  pool: true,
  host: settings.smtpHost,
  port: settings.smtpPort,
  secure: settings.smtpSecurity === 'tls',
  requireTLS: settings.smtpSecurity === 'starttls',
  ignoreTLS: settings.smtpSecurity === 'none',
  tls: { rejectUnauthorized: !settings.allowSelfSigned },
  ...(settings.smtpUser === '' ? {} : { auth: { user: settings.smtpUser, pass: settings.smtpPassword } }),
  maxConnections: limits.poolConnections,
  // A line that breaks after the final dot leaves open whether the mail was taken: the hub decides to try again.
  maxRequeues: 0,
  idleTimeout: limits.poolIdleMs,
  connectionTimeout: connectMs,
  greetingTimeout: connectMs,
  dnsTimeout: connectMs,
  socketTimeout: limits.replyMs,
  logger: false
})

/** Lends the transport of these settings to `work`; it closes itself when nobody used it for a while. */
export const withTransport = async <T>(
  settings: EmailSettings,
  work: (transport: MailTransport) => Promise<T>
): Promise<T> => {
  const options = smtpOptions(settings)
  const key = createHash('sha256').update(JSON.stringify(options)).digest('hex')
  const kept = pools.get(key) ?? { transport: createTransport(options), inUse: 0, timer: undefined }
  pools.set(key, kept)
  clearTimeout(kept.timer)
  kept.inUse++
  try {
    return await work(kept.transport)
  } finally {
    if (--kept.inUse === 0) kept.timer = closeLater(key, kept)
  }
}

const closeLater = (key: string, kept: Kept): NodeJS.Timeout =>
  setTimeout(() => {
    pools.delete(key)
    kept.transport.close()
  }, limits.poolIdleMs).unref()

/** Closes every connection to mail servers; a message that is being handed over is finished first. */
export const closeTransports = (): void => {
  for (const kept of pools.values()) {
    clearTimeout(kept.timer)
    kept.transport.close()
  }
  pools.clear()
}
