import { defineChannel } from '../channel.ts'
import { markRead, react } from './acknowledge.ts'
import { limits } from './limits.ts'
import { listen } from './listen.ts'
import { send } from './send.ts'
import { whatsappWebSettings, type WhatsappWebListening } from './settings.ts'
import { setup } from './setup.ts'
import { test } from './test.ts'

/**
 * WhatsApp by a linked phone, as its web page is: a browser of our own holds the session (`listen`), and messages leave
 * by the same page. Unofficial; the Cloud API (`whatsapp`) is the recommended way.
 */
export const whatsappWeb = defineChannel({
  name: 'whatsapp-web',
  medium: 'messaging',
  point: 'whatsapp',
  settings: whatsappWebSettings,
  setup,
  abilities: {
    html: false,
    subject: false,
    typing: false,
    receipts: true,
    undoMs: 0,
    attachments: { maxBytes: limits.sentFileBytes, maxTotalBytes: limits.sentFilesBytes },
    maxText: limits.textChars,
    answers: true,
    reactions: true
  },
  listen: (listening: WhatsappWebListening) => listen(listening),
  sendsWhereItListens: true,
  send,
  react,
  markRead,
  test
})
