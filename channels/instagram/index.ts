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
import { fetchMention, mentionIn } from './mentions.ts'
import { instagramSettings, pageOf, settingsOf, type InstagramAccount } from './settings.ts'
import { setup } from './setup.ts'
import { test } from './test.ts'

/** A professional account of Instagram: its direct messages, the comments below its posts, mentions of it. */
export const instagram = defineChannel({
  name: 'instagram',
  medium: 'messaging',
  point: 'igsid',
  settings: instagramSettings,
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
  receive: (request, account: InstagramAccount) => receiveCall(request, pageOf(account)),
  mayBeSigned,
  handshake: (query, account: InstagramAccount) => handshake(query, settingsOf(account).verifyToken),
  via(account: InstagramAccount) {
    const { appSecret, ownId } = pageOf(account)
    return viaOf(appSecret, ownId)
  },
  fetchMedia(media, account: InstagramAccount, signal) {
    const fetch = mentionIn(media.id) ? fetchMention : fetchFile
    return fetch(media, pageOf(account), signal)
  },
  send: (message, account: InstagramAccount) => sendByPage(message, pageOf(account)),
  react: (reaction, account: InstagramAccount) => reactAs(reaction, pageOf(account)),
  markRead: (read, account: InstagramAccount) => markSeen(read, pageOf(account)),
  profile: (address, account: InstagramAccount, signal) => profileOf(address, pageOf(account), signal),
  check(account: InstagramAccount, signal) {
    const { graph, platform } = pageOf(account)
    return checkToken(graph, platform.scopes, signal)
  },
  test
})
