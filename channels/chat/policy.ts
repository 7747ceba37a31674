import type { VisitorPolicy } from '../channel.ts'
import { agentName } from './agent-name.ts'
import { settingsOf, type ChatAccount } from './settings.ts'

/** How this account treats its visitors. */
export function policy(account: ChatAccount): VisitorPolicy {
  const { upload, transcript, replyAccountId, callback, callbackQueueId } = settingsOf(account)
  return {
    agentName: (fullName) => agentName(fullName, account),
    uploads: upload,
    replyAccountId: replyAccountId === '' ? null : replyAccountId,
    transcript: transcript && replyAccountId !== '',
    callback: callback ? { queueId: callbackQueueId === '' ? null : callbackQueueId } : null
  }
}
