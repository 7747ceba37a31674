import type { ContactMerge as ContactMergeWire } from '@palabre/config/contract/contact'
import { timeText } from '../wire.ts'
import { Contact, presentPoints, type ContactDoc } from './contact.model.ts'
import { findContact } from './find.ts'
import { ContactMerge, type MergeDoc } from './merge.model.ts'

const mostListed = 50

type Listed = Omit<MergeDoc, 'conversationIds'> & { conversations: number }

/** Who was merged into a contact, newest first; each as they were. Refuses `not-found`. */
export async function listMerges(id: string): Promise<ContactMergeWire[]> {
  const { _id } = await findContact(id)
  const merges = await ContactMerge.aggregate<Listed>([
    { $match: { targetId: _id } },
    { $sort: { at: -1 } },
    { $limit: mostListed },
    { $set: { conversations: { $size: '$conversationIds' } } },
    { $unset: ['conversationIds', 'interactionIds'] }
  ])
  const sources = (await Contact.find({
    _id: { $in: merges.map(({ sourceId }) => sourceId) }
  }).lean()) as ContactDoc[]
  return merges.flatMap((merge) => {
    const source = sources.find((one) => one._id.equals(merge.sourceId))
    return source
      ? [
          {
            id: merge._id.toHexString(),
            contactId: source._id.toHexString(),
            name: source.name,
            points: presentPoints(source.points),
            conversations: merge.conversations,
            state: merge.state,
            at: merge.at.toISOString(),
            byName: merge.by.name,
            partedAt: timeText(merge.partedAt),
            partedByName: merge.partedBy?.name ?? ''
          }
        ]
      : []
  })
}
