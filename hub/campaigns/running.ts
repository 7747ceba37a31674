import type { Types } from 'mongoose'
import type { BulkDoor } from '@palabre/channels/bulk'
import { channelNamed } from '@palabre/channels/registry'
import type { AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { writerOf, type Addresses, type Writer } from './message.ts'
import { makeToken } from './token.ts'

/** How campaigns leave by an account. Refuses `not-deliverable` where they do not. */
export const bulkDoorOf = (account: AccountDoc): BulkDoor =>
  channelNamed(account.channel).bulk ?? refuse('not-deliverable', 'This channel does not send campaigns')

/** Where recipients reach us from outside. */
export const publicBase = (hub: Hub): string =>
  (hub.env.PUBLIC_URL || `http://${hub.env.HOST}:${String(hub.env.PORT)}`).replace(/\/$/, '')

/** The addresses that are put into one recipient's mail. */
export const addressesFor = (hub: Hub, recipientId: Types.ObjectId): Addresses => {
  const base = publicBase(hub)
  return {
    click: (link) => `${base}/c/${makeToken(hub, 'click', recipientId, link)}`,
    open: `${base}/o/${makeToken(hub, 'open', recipientId)}`,
    unsubscribe: `${base}/u/${makeToken(hub, 'unsubscribe', recipientId)}`
  }
}

const writers = new WeakMap<object, Writer>()

/** Writes the mails of a campaign that was launched; its templates are read once. */
export function writerFor(doc: CampaignDoc): Writer {
  if (!doc.compiled || !doc.message) return refuse('wrong-state', 'It has no message')
  const known = writers.get(doc)
  if (known) return known
  const writer = writerOf({
    compiled: doc.compiled,
    subjects: doc.message.subjects,
    fallbacks: doc.message.fallbacks,
    campaignName: doc.name
  })
  writers.set(doc, writer)
  return writer
}
