import { defineChannel } from '../channel.ts'
import { handshake } from '../meta/handshake.ts'
import { markSeen, reactAs } from '../meta/page/act.ts'
import { limits as pageLimits } from '../meta/page/limits.ts'
import { fetchFile } from '../meta/page/media.ts'
import { profileOf } from '../meta/page/profile.ts'
import { receiveCall } from '../meta/page/receive.ts'
import { sendByPage } from '../meta/page/send.ts'
import { mayBeSigned, viaOf } from '../meta/signature.ts'
import { checkToken } from '../meta/token.ts'
import { limits } from './limits.ts'
import { messengerSettings, pageOf, settingsOf, type MessengerAccount } from './settings.ts'
import { setup } from './setup.ts'
import { test } from './test.ts'

/** A Facebook page: its Messenger, and the comments below its posts. */
export const messenger = defineChannel({
  name: 'messenger',
  medium: 'messaging',
  point: 'psid',
  settings: messengerSettings,
  setup,
  abilities: {
    html: false,
    subject: false,
    typing: false,
    receipts: true,
    undoMs: 0,
    attachments: { maxBytes: pageLimits.fileBytes, maxTotalBytes: pageLimits.sentFilesBytes },
    maxText: limits.textChars,
    window: { seconds: pageLimits.windowSeconds, agentSeconds: pageLimits.agentSeconds },
    reactions: true,
    choices: { buttons: pageLimits.quickReplies, list: 0 },
    public: { privateAnswers: true }
  },
  receive: (request, account: MessengerAccount) => receiveCall(request, pageOf(account)),
  mayBeSigned,
  handshake: (query, account: MessengerAccount) => handshake(query, settingsOf(account).verifyToken),
  via(account: MessengerAccount) {
    const { appSecret, ownId } = pageOf(account)
    return viaOf(appSecret, ownId)
  },
  fetchMedia: (media, account: MessengerAccount, signal) => fetchFile(media, pageOf(account), signal),
  send: (message, account: MessengerAccount) => sendByPage(message, pageOf(account)),
  react: (reaction, account: MessengerAccount) => reactAs(reaction, pageOf(account)),
  markRead: (read, account: MessengerAccount) => markSeen(read, pageOf(account)),
  profile: (address, account: MessengerAccount, signal) => profileOf(address, pageOf(account), signal),
  check(account: MessengerAccount, signal) {
    const { graph, platform } = pageOf(account)
    return checkToken(graph, platform.scopes, signal)
  },
  test
})
