import type { Types } from 'mongoose'
import type { BulkDoor, TemplateDoor } from '@palabre/channels/bulk'
import { channelNamed } from '@palabre/channels/registry'
import type { AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { publicBase } from '../public-base.ts'
import { refuse } from '../refuse.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { writerOf, type Addresses, type Writer } from './message.ts'
import { blankWriterOf, type BlankWriter } from './template-message.ts'
import { makeToken } from './token.ts'

const noCampaigns = () => refuse('not-deliverable', 'This channel does not send campaigns')

/** How mails of campaigns leave by an account. Refuses `not-deliverable` where they do not. */
export const bulkDoorOf = (account: AccountDoc): BulkDoor =>
  channelNamed(account.channel).bulk ?? noCampaigns()

/** How templates of campaigns leave by an account. Refuses `not-deliverable` where they do not. */
export const templateDoorOf = (account: AccountDoc): TemplateDoor =>
  channelNamed(account.channel).bulkTemplates ?? noCampaigns()

/** Which of them an account sends. Refuses `not-deliverable` for one that sends no campaigns. */
export function carriedBy(account: Pick<AccountDoc, 'channel'>): 'mail' | 'template' {
  const { bulk, bulkTemplates } = channelNamed(account.channel)
  return bulk ? 'mail' : bulkTemplates ? 'template' : noCampaigns()
}

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

const blankWriters = new WeakMap<object, BlankWriter>()

/** Fills the template of a campaign that was launched. */
export function blankWriterFor(doc: Pick<CampaignDoc, 'approved' | 'template' | 'name'>): BlankWriter {
  const { approved, template, name } = doc
  if (!approved || !template) return refuse('wrong-state', 'It has no template')
  const known = blankWriters.get(doc)
  if (known) return known
  const writer = blankWriterOf({ approved, given: template, campaignName: name })
  blankWriters.set(doc, writer)
  return writer
}
