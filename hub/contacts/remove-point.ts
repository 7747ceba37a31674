import type { Types } from 'mongoose'
import type { ContactPoint } from '@palabre/config/contract/contact'
import type { Actor, Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { pointKey } from './canonical.ts'
import { Contact, ownKey, type ContactDoc, type PointDoc } from './contact.model.ts'
import { living } from './find.ts'
import { marksOf } from './likeness.ts'
import { tellContact } from './tell.ts'

/**
 * Takes a point from a contact by hand. One that came with a merge is taken from whoever brought it as well, and from
 * them first: a crash in between leaves it on the card, from where it can be removed again.
 */
export async function removePoint(
  hub: Hub,
  by: Actor,
  id: string,
  { kind, value }: Pick<ContactPoint, 'kind' | 'value'>
): Promise<ContactDoc> {
  const key = pointKey(kind, value)
  const has = (points: PointDoc[]) => points.some((point) => ownKey(point.key) === key)
  const contact = found((await Contact.findOne({ _id: id, mergedInto: null }).lean()) as ContactDoc | null)
  if (!has(contact.points)) return refuse('not-found')
  const owner = (await Contact.findOne({
    'points.key': { $eq: key, $type: 'string' }
  }).lean()) as ContactDoc | null
  if (owner && !(await living(owner))._id.equals(contact._id)) return refuse('changed-meanwhile')
  let doc = contact
  for (let next: Types.ObjectId | null = owner?._id ?? contact._id; next;) {
    const isTheirs = next.equals(contact._id)
    const written: ContactDoc = found(
      await change(Contact, next, (one) => {
        if (!has(one.points)) return null
        const points = one.points.filter((point) => ownKey(point.key) !== key)
        return {
          set: { points, marks: marksOf({ ...one, points }) },
          entries: isTheirs ? [{ name: 'removePoint', by, changes: { [kind]: [value, null] } }] : []
        }
      })
    ).doc
    if (isTheirs) doc = written
    next = isTheirs ? null : written.mergedInto
  }
  await tellContact(hub, doc)
  return doc
}
