import { aborted, listenImap } from './listen-imap.ts'
import { settingsOf } from './settings.ts'
import type { EmailListening } from './take-mail.ts'

/** Listens for one account's mail, until the signal aborts; there is nothing to do for one without a mailbox. */
export async function listen(listening: EmailListening): Promise<void> {
  const { inbound } = settingsOf(listening.account)
  if (inbound === 'imap') return listenImap(listening)
  listening.health('up', inbound === 'smtp' ? 'Its mail comes by the SMTP listener.' : 'It only sends.')
  return aborted(listening.signal)
}
