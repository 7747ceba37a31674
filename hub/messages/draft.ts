import { Schema, model, type Types } from 'mongoose'
import type { Input, Reply } from '@palabre/config/contract/define'
import type { readDraft, saveDraft } from '@palabre/config/contract/message'
import { findFile, toRef, type FileMeta } from '../attachments/store.ts'
import { grouped } from '../record/group.ts'
import { presentAttachment } from './message.model.ts'

interface DraftDoc {
  /** `<user>:<interaction>`: one draft each. */
  _id: string
  text: string
  html: string | null
  subject: string | null
  to: string[]
  cc: string[]
  attachmentIds: string[]
  mode: 'reply' | 'note'
  savedAt: Date
  /** Of whose draft it is a copy that was handed over; gone with the next save. */
  handedFrom?: string | undefined
}

const schema = new Schema<DraftDoc>(
  {
    _id: String,
    text: String,
    html: String,
    subject: String,
    to: [String],
    cc: [String],
    attachmentIds: [String],
    mode: String,
    savedAt: Date,
    handedFrom: String
  },
  { collection: 'drafts', versionKey: false }
)
schema.index({ savedAt: 1 })
schema.index({ handedFrom: 1 }, { partialFilterExpression: { handedFrom: { $type: 'string' } } })

export const Draft = model<DraftDoc>('Draft', schema)

export const draftKey = (userId: Types.ObjectId | string, interactionId: Types.ObjectId | string) =>
  `${userId.toString()}:${interactionId.toString()}`

const isOwn = (meta: FileMeta, userId: Types.ObjectId) =>
  meta.use === 'attachment' && meta.byId === userId.toHexString()

/** The writer's draft; an empty one when there is none. */
export async function readDraftOf(
  userId: Types.ObjectId,
  interactionId: string
): Promise<Reply<typeof readDraft>> {
  const doc = await Draft.findById(draftKey(userId, interactionId)).lean()
  const files = await Promise.all((doc?.attachmentIds ?? []).map((id) => findFile(id)))
  return {
    text: doc?.text ?? '',
    html: doc?.html ?? null,
    subject: doc?.subject ?? null,
    to: doc?.to ?? [],
    cc: doc?.cc ?? [],
    attachments: files
      .filter((file) => file !== null)
      .filter((file) => isOwn(file.metadata, userId))
      .map((file) => presentAttachment(toRef(file))),
    mode: doc?.mode ?? 'reply',
    savedAt: doc?.savedAt.toISOString() ?? null
  }
}

export async function saveDraftOf(
  userId: Types.ObjectId,
  interactionId: string,
  body: Input<typeof saveDraft>['body']
): Promise<Reply<typeof saveDraft>> {
  if (!body.text.trim() && !body.attachmentIds?.length) {
    await Draft.deleteOne({ _id: draftKey(userId, interactionId) })
    return { savedAt: null }
  }
  const savedAt = new Date()
  const { text, html = null, subject = null, to = [], cc = [], attachmentIds = [], mode } = body
  await Draft.updateOne(
    { _id: draftKey(userId, interactionId) },
    { $set: { text, html, subject, to, cc, attachmentIds, mode, savedAt }, $unset: { handedFrom: '' } },
    { upsert: true }
  )
  return { savedAt: savedAt.toISOString() }
}

const forgetAll = grouped<string, null>(async (ids) => {
  await Draft.collection.deleteMany(
    {
      $or: [{ _id: { $in: ids } }, { handedFrom: { $in: ids, $type: 'string' } }]
    } as never,
    { writeConcern: { w: 1 } }
  )
  return ids.map(() => null)
})

/** Forgets a draft that was sent, and what was handed over of it meanwhile: it is not to be sent twice. */
export const forgetDraft = (userId: Types.ObjectId, interactionId: Types.ObjectId) =>
  forgetAll(draftKey(userId, interactionId))
