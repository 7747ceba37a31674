import mongoose, { type Types } from 'mongoose'
import { files } from '../attachments/store.ts'
import { Draft, draftKey } from './draft.ts'

/**
 * Copies a draft, files included, to whoever goes on with the work; the writer keeps hers without the files. Nothing is
 * handed over of what was sent meanwhile, or where the other has a draft of their own. Tells whether it was.
 */
export async function handDraft(
  fromUserId: string,
  toUserId: Types.ObjectId,
  interactionId: Types.ObjectId
): Promise<boolean> {
  const handedFrom = draftKey(fromUserId, interactionId)
  const _id = draftKey(toUserId, interactionId)
  const draft = await Draft.findById(handedFrom).lean()
  if (!draft) return false
  const { _id: _from, ...written } = draft
  const made = await Draft.updateOne({ _id }, { $setOnInsert: { ...written, handedFrom } }, { upsert: true })
  if (made.upsertedCount === 0) return false
  // An answer on its way forgets draft and copies; one made after that look is taken back here.
  if (!(await Draft.exists({ _id: handedFrom }))) {
    await Draft.deleteOne({ _id, handedFrom })
    return false
  }
  await files().updateMany(
    {
      _id: { $in: draft.attachmentIds.map((id) => new mongoose.Types.ObjectId(id)) },
      'metadata.messageId': null,
      'metadata.byId': fromUserId
    } as never,
    { $set: { 'metadata.byId': toUserId.toHexString() } } as never
  )
  return true
}
