import { createHash } from 'node:crypto'
import { Types } from 'mongoose'
import type { AudienceChannel, ConsentWay } from '@palabre/config/contract/consent'
import { Contact, idsOf, type ContactDoc } from '../contacts/contact.model.ts'
import { living } from '../contacts/find.ts'
import type { Hub } from '../hub.ts'
import { isSuppressed } from '../suppressions/among.ts'
import { Consent, type ConsentDoc } from './consent.model.ts'
import { Purpose } from './purpose.model.ts'
import { addConsents } from './record.ts'
import { isNewer } from './standing.ts'

/** What somebody who was sent a campaign said about purposes, and how. */
export interface Answered {
  contactId: Types.ObjectId
  channel: AudienceChannel
  /** At which it was sent. */
  address: string
  campaign: { id: Types.ObjectId; name: string }
  state: ConsentDoc['state']
  /** Null: about every purpose. */
  purposeIds: readonly string[] | null
  way: ConsentWay
}

/**
 * Writes down what a recipient said, with its proof; what they have said already is not written again, however often it
 * comes and from how many places at once. Nothing is written of contacts who are unknown, or were erased.
 */
export async function noteAnswered(hub: Hub, said: Answered): Promise<void> {
  const { channel, address, campaign, state, purposeIds, way } = said
  const known = (await Contact.findById(said.contactId).lean()) as ContactDoc | null
  if (!known || (await isSuppressed(hub, channel, address, null)) === 'erasure') return
  const contact = await living(known)
  const purposes = await Purpose.find(purposeIds ? { _id: { $in: purposeIds } } : { archived: false }, {
    _id: 1
  }).lean()
  const newest = await newestOf(
    contact,
    channel,
    purposes.map(({ _id }) => _id)
  )
  const at = new Date()
  await addConsents(
    purposes.flatMap(({ _id: purposeId }) => {
      const before = newest.get(purposeId.toHexString())
      if (before?.state === state) return []
      return {
        // Whoever hears the same at the same time comes to the same id.
        _id: idOf(contact._id, channel, purposeId, state, before?._id ?? ''),
        contactId: contact._id,
        channel,
        purposeId,
        state,
        at: before && before.at >= at ? new Date(before.at.getTime() + 1) : at,
        source: way === 'page' ? ('preferences' as const) : ('unsubscribe' as const),
        proof: { text: campaign.name, address, campaignId: campaign.id.toHexString(), way },
        byName: ''
      }
    })
  )
}

type Line = Pick<ConsentDoc, '_id' | 'purposeId' | 'at' | 'state'>

async function newestOf(
  contact: ContactDoc,
  channel: AudienceChannel,
  purposeIds: readonly Types.ObjectId[]
): Promise<Map<string, Line>> {
  const lines = (await Consent.find(
    {
      contactId: { $in: idsOf(contact).map((id) => new Types.ObjectId(id)) },
      purposeId: { $in: purposeIds },
      channel
    },
    { purposeId: 1, at: 1, state: 1 }
  ).lean()) as Line[]
  const newest = new Map<string, Line>()
  for (const line of lines) {
    const id = line.purposeId.toHexString()
    if (isNewer(line, newest.get(id))) newest.set(id, line)
  }
  return newest
}

const idOf = (...parts: { toString(): string }[]): string =>
  createHash('sha256').update(parts.map(String).join(' ')).digest('hex').slice(0, 40)
