import { Readable } from 'node:stream'
import type { NodemailerError } from 'nodemailer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { BulkError, type BulkMail, type BulkSender, type SigningKey } from '../bulk.ts'
import { cleanLine } from '../clean-text.ts'
import { networkReason } from '../network-error.ts'
import { composeBulk, type ComposedBulk } from './bulk-compose.ts'
import { plainReason } from './bounce.ts'
import { settingsOf, type EmailAccount } from './settings.ts'
import { smtpOptions } from './transports.ts'

/** Servers close a line that carried many; a new one in time costs less than a mail that has to come again. */
const mailsALine = 500
/** RFC 4954 §6. */
const signIn = new Set([530, 534, 535, 538])

/** One connection, between two mails ready for the next. */
interface Line {
  connection: SMTPConnection
  mails: number
  isOpen: boolean
}

/** Opens lines to the account's SMTP server as they are needed, `lines` at most. */
export const openBulkSender = (
  account: EmailAccount,
  { lines: most, key }: { lines: number; key: SigningKey | null }
): BulkSender => {
  const settings = settingsOf(account)
  const idle: Line[] = []
  const waiting: (() => void)[] = []
  let inUse = 0
  let closing = false

  const free = async (): Promise<void> => {
    while (inUse >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    inUse++
  }
  const giveBack = (line: Line | null) => {
    inUse--
    if (line?.isOpen) {
      if (closing || line.mails >= mailsALine) line.connection.quit()
      else idle.push(line)
    }
    waiting.shift()?.()
  }
  const open = (): Promise<Line> =>
    new Promise((resolve, reject) => {
      const { auth, ...options } = smtpOptions(settings)
      const connection = new SMTPConnection(options as SMTPConnection.Options)
      const line: Line = { connection, mails: 0, isOpen: true }
      const fail = (error: unknown) => {
        drop(line)
        reject(failureOf(error as NodemailerError, 'before'))
      }
      connection.on('error', fail)
      connection.once('end', () => {
        line.isOpen = false
        const at = idle.indexOf(line)
        if (at >= 0) idle.splice(at, 1)
        reject(new BulkError('unreachable', 'The mail server closed the connection.'))
      })
      connection.connect((error) => {
        if (error) return fail(error)
        if (!auth) return resolve(line)
        connection.login(auth as SMTPConnection.AuthenticationType, (refused) => {
          if (refused) fail(refused)
          else resolve(line)
        })
      })
    })

  const hand = async (line: Line, mail: ComposedBulk, leaving: () => Promise<void>): Promise<void> => {
    let left = false
    line.mails++
    try {
      await new Promise<void>((resolve, reject) => {
        const body = new Readable({
          // Asked for its bytes only when the server has said 354.
          read() {
            if (left) return
            left = true
            leaving().then(
              () => {
                this.push(mail.source)
                this.push(null)
              },
              (error: unknown) => {
                // Without the final dot the server throws away what it has (RFC 5321 §4.1.1.4).
                reject(error as Error)
                drop(line)
              }
            )
          }
        })
        line.connection.send(
          { from: mail.from, to: [mail.to], size: mail.source.length },
          body,
          (error: NodemailerError | null) => {
            if (error) reject(failureOf(error, left ? 'after' : 'before'))
            else resolve()
          }
        )
      })
    } catch (error) {
      if (!line.isOpen) throw error
      if (error instanceof BulkError && error.code > 0 && error.code !== 421) await reset(line)
      else drop(line)
      throw error
    }
  }

  return {
    async send(mail, leaving) {
      const composed = await composeBulk(mail, account, key)
      await free()
      let line: Line | null = null
      let left = false
      const once = () => {
        left = true
        return leaving()
      }
      try {
        for (;;) {
          const kept = idle.pop()
          line = kept ?? (await open())
          try {
            return await hand(line, composed, once)
          } catch (error) {
            // A line that was closed while it rested says nothing of this mail.
            const isStale = kept && !left && error instanceof BulkError && error.failure === 'unreachable'
            if (!isStale) throw error
          }
        }
      } finally {
        giveBack(line)
      }
    },
    async close() {
      closing = true
      for (const line of idle.splice(0)) line.connection.quit()
      while (inUse > 0) await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
}

const drop = (line: Line): void => {
  line.isOpen = false
  line.connection.close()
}

/** Ends a mail that was refused halfway, so that the line can carry the next one. */
const reset = (line: Line): Promise<void> =>
  new Promise((resolve) => {
    line.connection.reset((error) => {
      if (error) drop(line)
      resolve()
    })
  })

const failureOf = (error: NodemailerError, stage: 'before' | 'after'): BulkError => {
  if (error instanceof BulkError) return error
  const telling = error.rejectedErrors?.[0] ?? error
  const code = telling.responseCode ?? 0
  const response = telling.response ?? ''
  const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(response)?.[0] ?? ''
  const said = cleanLine(response.replace(/^\d{3}[ -]/, ''), 300)
  const words = said === '' ? '' : ` The server said: ${said}`
  const detail = { code, status, cause: error }
  if (signIn.has(code) || (error.code === 'EAUTH' && (code === 0 || code >= 500)))
    return new BulkError(
      'unauthorized',
      `The mail server does not accept this user name and password.${words}`,
      detail
    )
  if (code >= 500 && telling.command?.startsWith('MAIL'))
    return new BulkError(
      'unauthorized',
      `The mail server does not accept our sender address.${words}`,
      detail
    )
  if (code >= 500) return new BulkError('refused', `${plainReason(status, said)}${words}`, detail)
  if (code >= 400) return new BulkError('later', `The mail server asks to come back later.${words}`, detail)
  if (error.code === 'EMESSAGE' || error.code === 'EENVELOPE')
    return new BulkError('refused', error.message, detail)
  return stage === 'after'
    ? new BulkError('unknown', 'The connection broke before the mail server said whether it took it.', detail)
    : new BulkError('unreachable', networkReason(error), detail)
}

export const composeFor = async (
  mail: BulkMail,
  account: EmailAccount,
  key: SigningKey | null
): Promise<Uint8Array> => (await composeBulk(mail, account, key)).source
