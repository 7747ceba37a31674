import { ChannelError, type OutboundMessage } from '../channel.ts'
import { compose } from './compose.ts'
import { settingsOf, type EmailAccount } from './settings.ts'
import { smtpFailure } from './smtp-failure.ts'
import { withTransport } from './transports.ts'

/** What became of a message at our mail server. */
export interface SentMail {
  /** The Message-ID, without angle brackets. */
  externalId: string
  /** Recipients whom the server refused at once while it took the mail for others; never tried again. */
  refused: { address: string; reason: string }[]
}

/**
 * Hands one message to the account's SMTP server. Resolves when the server has taken it for at least one recipient
 * (what happens behind it comes back as a bounce). Throws ChannelError; handing over the same message again keeps
 * its Message-ID.
 */
export async function sendMail(message: OutboundMessage, account: EmailAccount): Promise<SentMail> {
  const settings = settingsOf(account)
  if (settings.smtpHost === '')
    throw new ChannelError('refused', 'This account has no SMTP server: it cannot send.')
  const { mail, externalId } = compose(message, account)
  try {
    const sent = await withTransport(settings, (transport) => transport.sendMail(mail))
    const refused = (sent.rejectedErrors ?? []).map((error) => ({
      address: error.recipient ?? '',
      reason: smtpFailure(error).message
    }))
    return { externalId, refused }
  } catch (error) {
    throw smtpFailure(error)
  }
}
