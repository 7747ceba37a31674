import type { typedPointKinds } from '@palabre/config/contract/contact'
import { openDoors } from '../calls/door.ts'
import type { Actor, Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { canonicalPoint, pointKey } from './canonical.ts'
import { Contact, type ContactDoc } from './contact.model.ts'
import { contactAt } from './find.ts'
import { marksOf } from './likeness.ts'
import { tellContact } from './tell.ts'

type TypedKind = (typeof typedPointKinds)[number]

/** A point as somebody typed it; a number without its country's code is read as it is dialled at our accounts. */
async function typedPoint(hub: Hub, kind: TypedKind, text: string): Promise<string | null> {
  const value = canonicalPoint(kind, text)
  const isComplete = kind === 'email' || /^\s*(\+|00)/.test(text)
  if (value !== null && isComplete) return value
  for (const { calls, opened } of kind === 'email' ? [] : await openDoors(hub)) {
    const number = calls.number(text, opened)
    if (number !== null) return canonicalPoint(kind, number)
  }
  return value
}

/**
 * Gives a contact a point by hand; it counts as claimed until something comes from it. Refuses `invalid-input`, and
 * `already-exists` with the id of the contact who has it.
 */
export async function addPoint(
  hub: Hub,
  by: Actor,
  id: string,
  { kind, value: text }: { kind: TypedKind; value: string }
): Promise<ContactDoc> {
  const value = await typedPoint(hub, kind, text)
  if (value === null) return refuse('invalid-input', undefined, [{ path: 'value', message: `is no ${kind}` }])
  const holder = await contactAt(kind, value)
  if (holder) return refuse('already-exists', holder._id.toHexString())
  const point = { kind, value, verified: false, key: pointKey(kind, value) }
  try {
    const { doc } = found(
      await change(Contact, id, (contact) => {
        if (contact.mergedInto) return refuse('changed-meanwhile')
        const points = [...contact.points, point]
        return {
          set: { points, marks: marksOf({ ...contact, points }) },
          entries: [{ name: 'addPoint', by, changes: { [kind]: [null, value] } }]
        }
      })
    )
    await tellContact(hub, doc)
    return doc
  } catch (error) {
    if ((error as { code?: number }).code !== 11000) throw error
    return refuse('already-exists', found(await contactAt(kind, value))._id.toHexString())
  }
}
