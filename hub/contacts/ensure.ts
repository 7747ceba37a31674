import { Types } from 'mongoose'
import { channelNamed } from '@palabre/channels/registry'
import type { Placing } from '../conversations/arrival.ts'
import { found } from '../refuse.ts'
import { pointKey, pointValue } from './canonical.ts'
import { Contact, type ContactDoc, type PointDoc } from './contact.model.ts'
import { contactAt, contactsAt } from './find.ts'
import { marksOf } from './likeness.ts'
import { askProfile, freshProfile } from './profile.ts'

const duplicateKey = 11000

/** The key of the contact point that an arrival came from. */
export const pointKeyOf = ({ account, event }: Placing) =>
  pointKey(channelNamed(account.channel).point, event.address)

const pointOf = (kind: PointDoc['kind'], text: string, verified: boolean): PointDoc => ({
  kind,
  value: pointValue(kind, text),
  verified,
  key: pointKey(kind, text)
})

/** The point that an arrival came from, which the channel has proved. */
const arrivedFrom = ({ account, event }: Placing): PointDoc =>
  pointOf(channelNamed(account.channel).point, event.address, true)

/** An address that the site has signed for; a claimed one stays an attribute. */
const vouchedEmail = ({ email, emailVerified }: Placing) => (emailVerified ? email : undefined)

function contactOf(placing: Placing, now: Date): ContactDoc {
  const { account, event, email } = placing
  const points = [arrivedFrom(placing)]
  const vouched = vouchedEmail(placing)
  if (vouched) points.push(pointOf('email', vouched, true))
  return newContact(
    {
      name: event.name ?? event.address,
      points,
      attributes: email ? { email } : {},
      ...freshProfile(account, event.address, now)
    },
    { channel: account.channel, claimedEmail: email ?? null },
    now
  )
}

/** A person who was not known before. */
function newContact(
  given: Pick<ContactDoc, 'name' | 'points' | 'attributes' | 'profile' | 'profileAt'>,
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
    merging: null,
    absorbed: [],
    distinctIds: [],
    pictureId: null,
    marks: marksOf({ ...given, company: '' }),
    ...given
  }
}

/**
 * Finds or makes the contact of each arrival; the map is by contact point key. Two processes at once make one contact:
 * the points are unique, and whoever loses the race takes the winner's.
 */
export async function ensureContacts(placings: Placing[]): Promise<Map<string, ContactDoc>> {
  const wanted = new Map(placings.map((placing) => [pointKeyOf(placing), placing]))
  const known = await contactsAt([...wanted].filter(([, { isFirst }]) => !isFirst).map(([key]) => key))
  for (const [key, placing] of wanted) {
    const contact = known.get(key)
    if (contact) await askProfile(contact, placing.account, placing.event.address, new Date())
  }
  await joinVouched(
    [...wanted].filter(([key]) => !known.has(key)),
    known
  )
  const missing = [...wanted].filter(([key]) => !known.has(key))
  if (missing.length === 0) return known
  const now = new Date()
  const docs = missing.map(([, placing]) => contactOf(placing, now))
  try {
    await Contact.collection.insertMany(docs as never, { ordered: false })
    for (const doc of docs) for (const { key } of doc.points) known.set(key, doc)
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
    for (const [key, doc] of await contactsAt(missing.map(([one]) => one))) known.set(key, doc)
  }
  return known
}

/** Finds or makes the contact at a point that we write to or call first. */
export async function ensureContactAt(
  kind: PointDoc['kind'],
  value: string,
  channel: string
): Promise<ContactDoc> {
  const known = await contactAt(kind, value)
  if (known) return known
  const doc = newContact(
    {
      name: value,
      points: [pointOf(kind, value, false)],
      attributes: {},
      profile: null,
      profileAt: null
    },
    { channel },
    new Date()
  )
  try {
    await Contact.collection.insertOne(doc as never)
    return doc
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
    return found(await contactAt(kind, value))
  }
}

/** A visitor whom the site vouches for is the contact who already has that address. */
async function joinVouched(unknown: [string, Placing][], known: Map<string, ContactDoc>) {
  for (const [key, placing] of unknown) {
    const email = vouchedEmail(placing)
    const contact = email === undefined ? null : await contactAt('email', email)
    const doc = contact && (await givePoint(contact, arrivedFrom(placing)))
    if (doc) known.set(key, doc)
  }
}

/** Gives a contact one more point; null when somebody was faster, with it or with the contact. */
async function givePoint(contact: ContactDoc, point: PointDoc): Promise<ContactDoc | null> {
  try {
    return (await Contact.findOneAndUpdate(
      { _id: contact._id, mergedInto: null, 'points.key': { $ne: point.key } },
      {
        $push: { points: point },
        $addToSet: { marks: { $each: marksOf({ ...contact, points: [point] }) } },
        $inc: { version: 1 },
        $set: { updatedAt: new Date() }
      },
      { returnDocument: 'after' }
    ).lean()) as ContactDoc | null
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
    return null
  }
}
