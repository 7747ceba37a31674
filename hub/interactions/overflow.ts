import { createHash } from 'node:crypto'
import { Types } from 'mongoose'
import { channelNamed } from '@palabre/channels/registry'
import type { OverflowAction, OverflowRule } from '@palabre/config/contract/routing'
import { Contact } from '../contacts/contact.model.ts'
import type { Hub } from '../hub.ts'
import { appendMessage } from '../messages/append.ts'
import { messageFrom } from '../messages/message.model.ts'
import { ruleKey } from '../routing/core/overflow.ts'
import { catalogOf } from '../settings/catalog.ts'
import { loadInteraction } from './find.ts'
import type { InteractionDoc } from './interaction.model.ts'
import { intoQueue } from './into-queue.ts'
import { writeInteraction } from './write.ts'

/**
 * Does what a rule of overflow says with an interaction that waits in the queue. Each rule acts once; without effect
 * when the interaction has left the queue or the wait meanwhile. Returns whether it acted.
 */
export async function overflowInteraction(
  hub: Hub,
  id: string,
  queueId: string,
  rule: OverflowRule
): Promise<boolean> {
  const catalog = await catalogOf(hub)
  const key = ruleKey(queueId, rule)
  const { then } = rule
  const target = then.kind === 'queue' ? catalog.queue(then.queueId) : undefined
  if (then.kind === 'queue' && (!target || target.archived)) {
    hub.log.warn({ queueId, to: then.queueId }, 'a rule of overflow leads to a queue that is gone')
    return false
  }
  const waits = (doc: InteractionDoc) =>
    doc.state === 'queued' && doc.queueId.toHexString() === queueId && !doc.overflowed.includes(key)

  if (then.kind === 'message') {
    // Said first and noted after: a repeat after a crash finds that it was said.
    const known = await loadInteraction(id)
    if (!known || !waits(known)) return false
    await say(hub, known, then, key)
  }
  const { changed } = await writeInteraction(hub, id, (doc) => {
    if (!waits(doc)) return null
    const figures = { cause: rule.when.kind, action: then.kind, fromQueueId: queueId }
    return {
      set: {
        ...(target && intoQueue(catalog, doc, target)),
        ...(then.kind === 'suggest' && { suggestion: then.what })
      },
      push: { overflowed: key },
      entries: [
        {
          name: 'overflowed',
          figures: {
            ...figures,
            ...(target && { queueId: target.id }),
            ...(then.kind === 'suggest' && { what: then.what })
          }
        }
      ]
    }
  })
  return changed
}

/** Says the rule's text to the customer, in their language. */
async function say(
  hub: Hub,
  interaction: InteractionDoc,
  { text }: Extract<OverflowAction, { kind: 'message' }>,
  key: string
) {
  const contact = await Contact.findById(interaction.contactId, { locale: 1 }).lean()
  const { send, abilities } = channelNamed(interaction.channel)
  const message = messageFrom({
    _id: new Types.ObjectId(),
    accountId: interaction.accountId,
    clientId: `overflow-${createHash('sha1').update(key).digest('hex')}`,
    interactionId: interaction._id,
    conversationId: interaction.conversationId,
    kind: 'out',
    address: interaction.address,
    author: { kind: 'system', id: null, name: '' },
    text: contact?.locale?.startsWith('fr') ? text.fr : text.en,
    subject: abilities.subject ? interaction.subject : null,
    to: abilities.subject ? [interaction.address] : [],
    automatic: 'overflow',
    state: send ? 'queued' : 'sent',
    sendAt: send ? new Date() : null
  })
  const stored = await appendMessage(hub, message, interaction)
  const messageId = stored._id.toHexString()
  if (stored.sendAt) hub.schedule('message.send', { messageId }, { key: messageId, at: stored.sendAt })
}
