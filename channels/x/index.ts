import { defineChannel } from '../channel.ts'
import { check } from './check.ts'
import { limits } from './limits.ts'
import { listen } from './listen.ts'
import { fetchMedia } from './media.ts'
import { profile } from './person.ts'
import { receive } from './receive.ts'
import { send } from './send.ts'
import { ownId, settingsOf, xSettings, type XAccount } from './settings.ts'
import { handshake, mayBeSigned, viaOf } from './signature.ts'
import { setup } from './setup.ts'
import { test } from './test.ts'

/** X: direct messages and public mentions come by webhook or by asking, answers leave in private or in public. */
export const x = defineChannel({
  name: 'x',
  medium: 'social',
  point: 'x',
  settings: xSettings,
  setup,
  abilities: {
    html: false,
    subject: false,
    typing: false,
    receipts: true,
    undoMs: 0,
    attachments: { maxBytes: limits.sentFileBytes, maxTotalBytes: limits.sentFilesBytes },
    maxText: limits.messageChars,
    public: { privateAnswers: true }
  },
  receive,
  mayBeSigned,
  handshake: (query, account: XAccount) => handshake(query, settingsOf(account).consumerSecret),
  via(account: XAccount) {
    const settings = settingsOf(account)
    return viaOf(settings.consumerSecret, ownId(settings))
  },
  fetchMedia,
  listen,
  send,
  profile,
  check,
  test
})
