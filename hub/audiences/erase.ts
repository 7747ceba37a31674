import { setTimeout as sleep } from 'node:timers/promises'
import { Types } from 'mongoose'
import { Campaign } from '../campaigns/campaign.model.ts'
import { Recipient, type RecipientDoc } from '../campaigns/recipient.model.ts'
import { recount as recountCampaign } from '../campaigns/tally.ts'
import { Consent } from '../consents/consent.model.ts'
import { Contact, idsOf, type ContactDoc } from '../contacts/contact.model.ts'
import { findContact } from '../contacts/find.ts'
import { traceAction } from '../audit/trace.ts'
import type { Actor, Hub } from '../hub.ts'
import { BadRow, ImportedContact } from '../imports/import.model.ts'
import { ListMember } from '../lists/list.model.ts'
import { recount } from '../lists/members.ts'
import { suppress } from '../suppressions/suppress.ts'
import { canonicalAddress, markOf } from '../suppressions/mark.ts'
import { Suppression } from '../suppressions/suppression.model.ts'

/**
 * Forgets what audiences know of a contact who is to be erased, and of all who were merged into them: lists, consent,
 * rows of imports, who they were to campaigns. Their addresses stay suppressed for good, known by a keyed fingerprint
 * only. The contact's own record is left to whoever erases it; call this before. Safe to repeat. Refuses `not-found`.
 */
export async function eraseContact(hub: Hub, by: Actor, contactId: string): Promise<void> {
  const ids = await allIdsOf(contactId)
  const addresses = await addressesOf(ids)
  await suppress(
    hub,
    addresses.map((one) => ({ ...one, purposeId: null, reason: 'erasure', byName: by.name }))
  )
  const marks = addresses.flatMap(({ kind, address }) => {
    const canonical = canonicalAddress(kind, address)
    return canonical === null ? [] : [markOf(hub, kind, canonical)]
  })
  // Of one purpose as well: the reason stays, the address goes.
  await Suppression.updateMany({ mark: { $in: marks } }, { $set: { address: null, note: '' } })
  await BadRow.deleteMany({ marks: { $in: marks } })
  const memberships = await ListMember.distinct('listId', { contactId: { $in: ids } })
  await ListMember.deleteMany({ contactId: { $in: ids } })
  await Consent.deleteMany({ contactId: { $in: ids } })
  await ImportedContact.deleteMany({ contactId: { $in: ids } })
  for (const listId of memberships) await recount(hub, listId)
  await forgetRecipients(
    hub,
    addresses.map(({ address }) => address)
  )
  await traceAction(by, 'contact.eraseAudience', 'contact', contactId)
}

/** Was this contact erased from all audiences? */
export async function isErased(hub: Hub, contactId: string): Promise<boolean> {
  const marks = (await addressesOf(await allIdsOf(contactId))).flatMap(({ kind, address }) => {
    const canonical = canonicalAddress(kind, address)
    return canonical === null ? [] : [markOf(hub, kind, canonical)]
  })
  return (await Suppression.exists({ mark: { $in: marks }, purposeId: '', reason: 'erasure' })) !== null
}

const allIdsOf = async (contactId: string): Promise<Types.ObjectId[]> =>
  idsOf(await findContact(contactId)).map((id) => new Types.ObjectId(id))

async function addressesOf(ids: readonly Types.ObjectId[]) {
  const contacts = (await Contact.find({ _id: { $in: ids } }, { points: 1 }).lean()) as Pick<
    ContactDoc,
    'points'
  >[]
  return contacts.flatMap(({ points }) =>
    points.flatMap(({ kind, value }) => {
      if (kind !== 'email' && kind !== 'phone' && kind !== 'whatsapp') return []
      return [{ kind: kind === 'email' ? ('email' as const) : ('phone' as const), address: value }]
    })
  )
}

/** Begins what stands in the place of the address of a recipient who was erased. */
const erasedMark = 'erased-'

/** Was this recipient's address forgotten? */
export const isForgotten = ({ address }: Pick<RecipientDoc, 'address'>): boolean =>
  address.startsWith(erasedMark)

const toCome = ['waiting', 'pending', 'deferred'] as const
const underWay = ['claimed', 'sending'] as const
/** A mail that is leaving at this moment has left, or was given back, after so long. */
const leavesWithinMs = 15_000
const lookAgainMs = 100

/**
 * Of what campaigns sent them stays that it was sent; who had not got it yet never will. What is leaving at this moment
 * is waited for, as its note is needed until then.
 */
async function forgetRecipients(hub: Hub, addresses: readonly string[]): Promise<void> {
  // Named with its campaign an address is found by the index that keeps it from being written to twice.
  const theirs = { campaignId: { $in: await Campaign.distinct('_id') }, address: { $in: addresses } }
  const campaigns = await Recipient.distinct('campaignId', { ...theirs, state: { $in: toCome } })
  const until = Date.now() + leavesWithinMs
  for (;;) {
    await Recipient.updateMany(
      { ...theirs, state: { $in: toCome } },
      { $set: { state: 'suppressed', reason: 'erasure', updatedAt: new Date() } }
    )
    await Recipient.updateMany(
      { ...theirs, state: { $nin: underWay } },
      [
        {
          $set: {
            // It has to stay the only one of its campaign.
            address: { $concat: [erasedMark, { $toString: '$_id' }] },
            name: '',
            data: { $literal: {} },
            contactId: null,
            // Servers repeat the address in what they say, and platforms have it in their ids.
            reason: { $cond: [{ $eq: ['$state', 'suppressed'] }, '$reason', ''] },
            externalId: '$$REMOVE',
            givenUp: '$$REMOVE'
          }
        }
      ],
      { updatePipeline: true }
    )
    if (!(await Recipient.exists(theirs))) break
    if (Date.now() > until) throw new Error('a mail to somebody who is to be erased does not end')
    await sleep(lookAgainMs)
  }
  for (const campaignId of campaigns) await recountCampaign(hub, campaignId)
}
