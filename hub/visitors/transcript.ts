import { Types } from 'mongoose'
import { accountOf } from '../accounts/accounts.ts'
import type { AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { loadInteraction } from '../interactions/find.ts'
import { appendMessage } from '../messages/append.ts'
import { Message, messageFrom, type MessageDoc } from '../messages/message.model.ts'
import { found, refuse } from '../refuse.ts'
import { standingOf } from './standing.ts'
import { isShown, policyOf } from './state.ts'
import type { Visit } from './token.ts'

/** Sends the visit's chat to an address, through the mail account that answers for this one. */
export async function sendTranscript(
  hub: Hub,
  account: AccountDoc,
  visit: Visit,
  email: string
): Promise<void> {
  const policy = policyOf(hub, account)
  if (!policy.transcript) return refuse('not-deliverable')
  const { interaction: newest } = await standingOf(account, visit)
  const interaction = found(newest && (await loadInteraction(newest.id)))
  const reply = found(await accountOf(hub, found(policy.replyAccountId)))
  const messages = (await Message.find({ conversationId: interaction.conversationId })
    .sort({ at: 1, _id: 1 })
    .limit(1000)
    .lean()) as MessageDoc[]
  const text = messages
    .filter(isShown)
    .map((message) => {
      const name = message.kind === 'in' ? message.author.name : policy.agentName(message.author.name)
      const files = message.attachments.map(({ name: file }) => `[${file}]`).join(' ')
      return `${message.at.toISOString().slice(0, 16).replace('T', ' ')} UTC  ${name}:\n${[message.text, files].filter(Boolean).join('\n')}`
    })
    .join('\n\n')
  const transcript = messageFrom({
    _id: new Types.ObjectId(),
    accountId: reply._id,
    interactionId: interaction._id,
    conversationId: interaction.conversationId,
    kind: 'out',
    address: email.toLowerCase(),
    author: { kind: 'system', id: null, name: account.name },
    text,
    subject: `${account.name}: ${messages[0]?.at.toISOString().slice(0, 10) ?? ''}`,
    to: [email.toLowerCase()],
    automatic: 'transcript',
    state: 'queued',
    sendAt: new Date()
  })
  const stored = await appendMessage(hub, transcript, interaction)
  hub.schedule('message.send', { messageId: String(stored._id) }, { key: String(stored._id), at: new Date() })
}
