import type { NodemailerError } from 'nodemailer'
import { ChannelError } from '../channel.ts'
import { plainReason } from './bounce.ts'
import { cleanLine } from '../clean-text.ts'
import { networkReason } from '../network-error.ts'

const minute = 60_000

/** What a server tells to come back with (RFC 5321 §4.2.3): 450 and 451 are how grey-listing says so. */
const later: Record<number, number> = { 421: minute, 450: 5 * minute, 451: 5 * minute, 452: 10 * minute }

/** 530, 534, 535 and 538 speak of signing in (RFC 4954 §6). */
const signIn = new Set([530, 534, 535, 538])

/** Turns what nodemailer throws into the failure that decides whether the hub tries again. */
export const smtpFailure = (error: unknown): ChannelError => {
  if (error instanceof ChannelError) return error
  const failure = telling(error as NodemailerError)
  const code = failure.responseCode ?? 0
  const said = cleanLine((failure.response ?? '').replace(/^\d{3}[ -]/, ''), 300)
  const fail = (reason: ChannelError['reason'], words: string, retryAfterMs?: number) =>
    new ChannelError(reason, said ? `${words} The server said: ${said}` : words, {
      cause: error,
      retryAfterMs
    })

  if (failure.code === 'ETLS' || failure.command === 'STARTTLS') {
    return fail('unreachable', networkReason({ code: 'ETLS', message: `STARTTLS: ${failure.message}` }))
  }
  if (signIn.has(code) || ((failure.code === 'EAUTH' || failure.code === 'ENOAUTH') && code < 400)) {
    return fail('unauthorized', 'The mail server does not accept this user name and password.')
  }
  const wait = later[code]
  if (wait !== undefined) return fail('rate-limited', 'The mail server asks to come back later.', wait)
  if (code >= 400 && code < 500) return fail('unreachable', 'The mail server cannot take the message now.')
  if (code >= 500) {
    const status = /\b5\.\d{1,3}\.\d{1,3}\b/.exec(failure.response ?? '')?.[0] ?? ''
    const who = failure.recipient ? `${failure.recipient}: ` : ''
    return fail('refused', who + (status ? plainReason(status, said) : refusedAt(failure.command)))
  }
  if (failure.code === 'EMESSAGE' || failure.code === 'EENVELOPE') return fail('refused', failure.message)
  return fail('unreachable', networkReason(error))
}

/** When every recipient was refused, one that may be taken later decides: trying again doubles nothing. */
const telling = (error: NodemailerError): NodemailerError => {
  const each = error.rejectedErrors ?? []
  return each.find((one) => (one.responseCode ?? 0) < 500) ?? each[0] ?? error
}

const refusedAt = (command: string | undefined): string => {
  if (command?.startsWith('MAIL')) return 'The mail server does not accept our sender address.'
  if (command?.startsWith('RCPT')) return 'The mail server does not accept this recipient.'
  return 'The mail server does not accept the message.'
}
