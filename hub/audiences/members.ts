import type { Types } from 'mongoose'
import type { Member } from '@palabre/config/contract/audience'
import { Contact, type ContactDoc } from '../contacts/contact.model.ts'

type Shown = Pick<ContactDoc, '_id' | 'name' | 'points' | 'locale'>

const pointOf = ({ points }: Shown, kind: string) =>
  points.find((point) => point.kind === kind)?.value ?? null

/** Contacts as lists and segments show them, in the order of the ids. */
export async function presentMembers(
  ids: readonly Types.ObjectId[],
  listed: (id: string) => Pick<Member, 'at' | 'source'> = () => ({ at: null, source: null })
): Promise<Member[]> {
  const docs = (await Contact.find({ _id: { $in: ids }, mergedInto: null }, { name: 1, points: 1, locale: 1 })
    .sort({ _id: 1 })
    .lean()) as Shown[]
  return docs.map((doc) => ({
    contactId: doc._id.toHexString(),
    name: doc.name,
    email: pointOf(doc, 'email'),
    phone: pointOf(doc, 'phone'),
    whatsapp: pointOf(doc, 'whatsapp'),
    locale: doc.locale,
    ...listed(doc._id.toHexString())
  }))
}
