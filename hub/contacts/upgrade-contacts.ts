import { pointKey } from './canonical.ts'
import { Contact, ownKey, type ContactDoc } from './contact.model.ts'
import { marksOf } from './likeness.ts'

/**
 * Gives contacts of an earlier version the keys of their points and the marks by which others like them are found. Of
 * two whose points have become one and the same, the second keeps its old key, and is suggested as the same person.
 */
export async function upgradeContacts(): Promise<void> {
  for await (const doc of Contact.find({ marks: { $exists: false } })
    .lean()
    .cursor()) {
    const contact = doc as unknown as ContactDoc
    const marks = marksOf(contact)
    const points = contact.points.map((point) =>
      ownKey(point.key) === point.key ? { ...point, key: pointKey(point.kind, point.value) } : point
    )
    try {
      await Contact.updateOne({ _id: contact._id }, { $set: { marks, points } })
    } catch (error) {
      if ((error as { code?: number }).code !== 11000) throw error
      await Contact.updateOne({ _id: contact._id }, { $set: { marks } })
    }
  }
}
