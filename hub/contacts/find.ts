import type { Types } from 'mongoose'
import type { PointKind } from '@palabre/channels/channel'
import { found } from '../refuse.ts'
import { Contact, pointKey, type ContactDoc } from './contact.model.ts'

/** The contact that this one is now: themselves, or whom they were merged into. */
export async function living(doc: ContactDoc): Promise<ContactDoc> {
  let newest = doc
  while (newest.mergedInto) {
    const next = (await Contact.findById(newest.mergedInto).lean()) as ContactDoc | null
    if (!next) break
    newest = next
  }
  return newest
}

export const loadContact = async (id: string | Types.ObjectId): Promise<ContactDoc> =>
  found((await Contact.findById(id).lean()) as ContactDoc | null)

/** The contact of this id as they are now. Refuses `not-found`. */
export const findContact = async (id: string | Types.ObjectId): Promise<ContactDoc> =>
  living(await loadContact(id))

/** Who is at these points now, by the points' keys. */
export async function contactsAt(keys: string[]): Promise<Map<string, ContactDoc>> {
  const byKey = new Map<string, ContactDoc>()
  if (keys.length === 0) return byKey
  const docs = (await Contact.find({
    'points.key': { $in: keys, $type: 'string' }
  }).lean()) as ContactDoc[]
  for (const doc of docs) {
    const now = doc.mergedInto ? await living(doc) : doc
    for (const { key } of doc.points) byKey.set(key, now)
  }
  return byKey
}

/** The contact at a point, if somebody knows it. */
export async function contactAt(kind: PointKind, value: string): Promise<ContactDoc | null> {
  const key = pointKey(kind, value)
  return (await contactsAt([key])).get(key) ?? null
}
