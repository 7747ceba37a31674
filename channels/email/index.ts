import { defineChannel } from '../channel.ts'
import { bulk } from './bulk-door.ts'
import { listenSmtp } from './gateway.ts'
import { limits } from './limits.ts'
import { listen } from './listen.ts'
import { sendMail } from './send.ts'
import { emailSettings } from './settings.ts'
import { setup } from './setup.ts'
import { test } from './test.ts'
import { closeTransports } from './transports.ts'

/**
 * Mail. Taken from IMAP mailboxes (`listen`, one an account) or by the built-in SMTP listener (`gateway`, one for
 * all accounts); sent by SMTP.
 */
export const email = defineChannel({
  name: 'email',
  medium: 'email',
  point: 'email',
  settings: emailSettings,
  setup,
  abilities: {
    html: true,
    subject: true,
    typing: false,
    receipts: false,
    // A mail that has left cannot be called back: the hub waits this long before it hands it over.
    undoMs: 10_000,
    attachments: { maxBytes: limits.attachmentBytes, maxTotalBytes: limits.attachmentBytes },
    maxText: limits.textChars
  },
  listen,
  gateway: listenSmtp,
  send: sendMail,
  bulk,
  close: closeTransports,
  test
})
