import { defineChannel } from '../channel.ts'
import { handshake } from '../meta/handshake.ts'
import { mayBeSigned, viaOf } from '../meta/signature.ts'
import { markRead, react } from './acknowledge.ts'
import { bulkTemplates } from './bulk-door.ts'
import { limits } from './limits.ts'
import { fetchMedia } from './media.ts'
import { receive } from './receive.ts'
import { send } from './send.ts'
import { settingsOf, whatsappSettings, type WhatsappAccount } from './settings.ts'
import { templates } from './templates.ts'
import { setup } from './setup.ts'
import { test } from './test.ts'
import { check } from './token.ts'

/** WhatsApp by Meta's Cloud API: messages and their states come by webhook, answers leave by the Graph API. */
export const whatsapp = defineChannel({
  name: 'whatsapp',
  medium: 'messaging',
  point: 'whatsapp',
  settings: whatsappSettings,
  setup,
  abilities: {
    html: false,
    subject: false,
    typing: false,
    receipts: true,
    undoMs: 0,
    attachments: { maxBytes: limits.sentFileBytes, maxTotalBytes: limits.sentFilesBytes },
    maxText: limits.textChars,
    window: { seconds: limits.windowSeconds },
    templates: true,
    answers: true,
    reactions: true,
    choices: { buttons: limits.buttons, list: limits.rows }
  },
  receive,
  mayBeSigned,
  handshake: (query, account: WhatsappAccount) => handshake(query, settingsOf(account).verifyToken),
  via(account: WhatsappAccount) {
    const { appSecret, phoneNumberId } = settingsOf(account)
    return viaOf(appSecret, phoneNumberId)
  },
  fetchMedia,
  send,
  react,
  markRead,
  templates,
  check,
  test,
  bulkTemplates
})
