import { ChannelError } from '../../channel.ts'
import { ask } from '../graph.ts'
import type { Page } from './page.ts'

/** Messages between two, whose ids are Meta's own; comments and mentions are marked, and have no such actions. */
const isPrivate = (address: string, externalId: string) =>
  /^\d+$/.test(address) && !/^(comment|mention|postback|referral):/.test(externalId)

/** Puts our emoji on a customer's message, or takes it back. Throws ChannelError. */
export async function reactAs(
  { address, on, emoji }: { address: string; on: string; emoji: string },
  page: Page
): Promise<void> {
  const { platform } = page
  if (!isPrivate(address, on)) throw new ChannelError('refused', 'Only messages take reactions.')
  const reaction = platform.reactionOf(emoji)
  if (emoji !== '' && reaction === null)
    throw new ChannelError('refused', `${platform.name} does not take this reaction from a business.`)
  await act(address, page, {
    sender_action: emoji === '' ? 'unreact' : 'react',
    payload: { message_id: on, ...(emoji !== '' && { reaction }) }
  })
}

/** Shows the customer that they were read. Throws ChannelError. */
export async function markSeen(
  { address, externalId }: { address: string; externalId: string },
  page: Page
): Promise<void> {
  if (isPrivate(address, externalId)) await act(address, page, { sender_action: 'mark_seen' })
}

const act = (address: string, { graph, pageId }: Page, action: object) =>
  ask(graph, `${pageId}/messages`, { method: 'POST', json: { recipient: { id: address }, ...action } })
