import { Types } from 'mongoose'
import { channelNamed } from '@palabre/channels/registry'
import type { Placing } from '../conversations/arrival.ts'
import { found } from '../refuse.ts'
import { Contact, pointKey, type ContactDoc, type PointDoc } from './contact.model.ts'

/** The key of the contact point that an arrival came from. */
export const pointKeyOf = ({ account, event }: Placing) =>
  pointKey(channelNamed(account.channel).point, event.address)

/** An address that the site has signed for; a claimed one stays an attribute. */
const vouchedEmail = ({ email, emailVerified }: Placing) => (emailVerified ? email : undefined)

function contactOf(placing: Placing, now: Date): ContactDoc {
  const { account, event, email } = placing
  const kind = channelNamed(account.channel).point
  const points: PointDoc[] = [
    { kind, value: event.address, verified: true, key: pointKey(kind, event.address) }
  ]
  const vouched = vouchedEmail(placing)
  if (vouched) points.push({ kind: 'email', value: vouched, verified: true, key: pointKey('email', vouched) })
  return newContact(
    { name: event.name ?? event.address, points, attributes: email ? { email } : {} },
    { channel: account.channel, claimedEmail: email ?? null },
    now
  )
}

/** A person who was not known before. */
function newContact(
  given: Pick<ContactDoc, 'name' | 'points' | 'attributes'>,
  figures: Record<string, string | null>,
  now: Date
): ContactDoc {
  return {
    _id: new Types.ObjectId(),
    version: 1,
    log: [{ n: 1, at: now, name: 'created', byId: null, figures }],
    logged: 1,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    locale: null,
    company: '',
    notes: '',
    preferredIds: [],
    forbiddenIds: [],
    doNotCall: false,
    createdAt: now,
    mergedInto: null,
    ...given
  }
}

const findByKeys = async (keys: string[]) =>
  keys.length === 0
    ? []
    : ((await Contact.find({ 'points.key': { $in: keys, $type: 'string' } }).lean()) as ContactDoc[])

/**
 * Finds or makes the contact of each arrival; the map is by contact point key. Two processes at once make one contact:
 * the points are unique, and whoever loses the race takes the winner's.
 */
export async function ensureContacts(placings: Placing[]): Promise<Map<string, ContactDoc>> {
  const wanted = new Map(placings.map((placing) => [pointKeyOf(placing), placing]))
  const byKey = new Map<string, ContactDoc>()
  const take = (docs: ContactDoc[]) => {
    for (const doc of docs) for (const { key } of doc.points) if (wanted.has(key)) byKey.set(key, doc)
  }
  take(await findByKeys([...wanted].filter(([, { isFirst }]) => !isFirst).map(([key]) => key)))
  await joinVouched(
    [...wanted].filter(([key]) => !byKey.has(key)),
    take
  )
  const missing = [...wanted].filter(([key]) => !byKey.has(key))
  if (missing.length > 0) {
    const now = new Date()
    const docs = missing.map(([, placing]) => contactOf(placing, now))
    try {
      await Contact.collection.insertMany(docs as never, { ordered: false })
      take(docs)
    } catch (error) {
      if ((error as { code?: number }).code !== 11000) throw error
      take(await findByKeys(missing.map(([key]) => key)))
    }
  }
  return byKey
}

/** The contact at a point, if somebody knows it. */
export const contactAt = async (kind: PointDoc['kind'], value: string): Promise<ContactDoc | null> =>
  (await findByKeys([pointKey(kind, value)]))[0] ?? null

/** Finds or makes the contact at a point that we write to or call first. */
export async function ensureContactAt(
  kind: PointDoc['kind'],
  value: string,
  channel: string
): Promise<ContactDoc> {
  const known = await contactAt(kind, value)
  if (known) return known
  const point = { kind, value, verified: false, key: pointKey(kind, value) }
  const doc = newContact({ name: value, points: [point], attributes: {} }, { channel }, new Date())
  try {
    await Contact.collection.insertOne(doc as never)
    return doc
  } catch (error) {
    if ((error as { code?: number }).code !== 11000) throw error
    return found(await contactAt(kind, value))
  }
}

/** A visitor whom the site vouches for is the contact who already has that address. */
async function joinVouched(unknown: [string, Placing][], take: (docs: ContactDoc[]) => void) {
  for (const [key, placing] of unknown) {
    const email = vouchedEmail(placing)
    if (!email) continue
    const { kind, value } = {
      kind: channelNamed(placing.account.channel).point,
      value: placing.event.address
    }
    const doc = (await Contact.findOneAndUpdate(
      { 'points.key': { $eq: pointKey('email', email), $type: 'string' } },
      {
        $push: { points: { kind, value, verified: true, key } },
        $inc: { version: 1 },
        $set: { updatedAt: new Date() }
      },
      { returnDocument: 'after' }
    ).lean()) as ContactDoc | null
    if (doc) take([doc])
  }
}
