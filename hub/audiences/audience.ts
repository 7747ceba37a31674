import { Types } from 'mongoose'
import type { AudienceSelection } from '@palabre/config/contract/audience'
import { standingOf } from '../consents/standing.ts'
import { purposes } from '../consents/purpose.model.ts'
import { canonicalPoint, lineOfPoint } from '../contacts/canonical.ts'
import { Contact, type ContactDoc } from '../contacts/contact.model.ts'
import type { Hub } from '../hub.ts'
import { membersOf } from '../lists/walk.ts'
import { onLists } from '../segments/foreign.ts'
import { matching, whoMatches } from '../segments/matching.ts'
import { segments } from '../segments/keep.ts'
import { inOneOrder } from './in-one-order.ts'

/** One person whom a campaign reaches, at the address that its channel takes. */
export interface Reached {
  contactId: string
  /** Canonical. */
  address: string
  name: string
  locale: string | null
  /** IANA zone, where an attribute of theirs names one. */
  timeZone?: string
  attributes: Record<string, string>
}

/** Somebody who is selected, and what keeps a campaign from them. */
export type Selected = { reached: Reached } | { hindered: 'address' | 'consent' }

/**
 * Whom a selection reaches, in batches, in the order of contact ids: every person and every address once, also when a
 * contact was merged into another; only those with an address on the channel and, where the purpose asks for it, with
 * consent. Suppressed addresses are among them: ask `suppressedAmong`. `after` is the contact id of the last one seen:
 * the rest comes.
 */
export async function* audienceOf(
  _hub: Hub,
  selection: AudienceSelection,
  { after = null, batch = 500 }: { after?: string | null; batch?: number } = {}
): AsyncGenerator<Reached[]> {
  for await (const people of selectedBy(selection, { after, batch })) {
    const reached = people.flatMap((one) => ('reached' in one ? [one.reached] : []))
    if (reached.length > 0) yield reached
  }
}

/** Everybody who is selected, in the same order, each once. An empty batch says that time went by. */
export async function* selectedBy(
  selection: AudienceSelection,
  { after, batch }: { after: string | null; batch: number }
): AsyncGenerator<Selected[]> {
  const now = new Date()
  const last = after === null ? null : new Types.ObjectId(after)
  const rulesOf = async (ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => (await segments.find(id)).rules))
  const excluded = await rulesOf(selection.excludeSegmentIds)
  const asksConsent =
    selection.purposeId !== null && (await purposes.find(selection.purposeId)).asks === 'consent'
  const sources = [
    ...(selection.listIds.length > 0 ? [membersOf(selection.listIds, last)] : []),
    ...(await rulesOf(selection.segmentIds)).map((rules) => matching(rules, last, now))
  ]
  for await (const ids of inOneOrder(sources, batch)) {
    const contacts = (await Contact.find(
      { _id: { $in: ids }, mergedInto: null },
      { name: 1, points: 1, locale: 1, attributes: 1, absorbed: 1 }
    )
      .sort({ _id: 1 })
      .lean()) as ContactDoc[]
    const out = new Set((await onLists(selection.excludeListIds, contacts)).map(String))
    for (const rules of excluded) for (const id of await whoMatches(rules, contacts, now)) out.add(String(id))
    const kept = contacts.filter(({ _id }) => !out.has(String(_id)))
    const standing =
      selection.purposeId === null
        ? new Map<string, string>()
        : await standingOf(kept, selection.channel, selection.purposeId)
    yield kept.map((contact): Selected => {
      const address = addressAt(contact, selection.channel)
      if (address === undefined) return { hindered: 'address' }
      const said = standing.get(contact._id.toHexString())
      if (said === 'withdrawn' || (asksConsent && said !== 'given')) return { hindered: 'consent' }
      return { reached: reachedAt(contact, address) }
    })
  }
}

/** Their address on the channel; where that is a number, any number of theirs in the channel's form. */
function addressAt({ points }: ContactDoc, channel: AudienceSelection['channel']): string | undefined {
  const own = points.find(({ kind }) => kind === channel)?.value
  const phone = points.find(({ kind }) => kind === 'phone')?.value
  if (own !== undefined || phone === undefined || lineOfPoint(channel, phone) === null) return own
  return canonicalPoint(channel, phone) ?? undefined
}

function reachedAt({ _id, name, locale, attributes }: ContactDoc, address: string): Reached {
  const zone = Object.entries(attributes).find(([key]) => /^time[ _-]?zone$/i.test(key))?.[1]
  return {
    contactId: _id.toHexString(),
    address,
    name,
    locale,
    ...(zone !== undefined && isZone(zone) && { timeZone: zone }),
    attributes
  }
}

const zones = new Map<string, boolean>()
const mostZones = 2000

function isZone(zone: string): boolean {
  const known = zones.get(zone)
  if (known !== undefined) return known
  let is = true
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
  } catch {
    is = false
  }
  if (zones.size < mostZones) zones.set(zone, is)
  return is
}
