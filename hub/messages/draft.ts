import { Schema, Types, model } from 'mongoose'
import type { Input, Reply } from '@palabre/config/contract/define'
import type { readDraft, saveDraft } from '@palabre/config/contract/message'
import { findFile, toRef } from '../attachments/store.ts'
import { presentAttachment } from './message.model.ts'

interface DraftDoc {
  _id: Types.ObjectId
  userId: Types.ObjectId
  interactionId: Types.ObjectId
  text: string
  html: string | null
  subject: string | null
  to: string[]
  cc: string[]
  attachmentIds: string[]
  mode: 'reply' | 'note'
  savedAt: Date
}

const schema = new Schema<DraftDoc>(
  {
    userId: 'ObjectId',
    interactionId: 'ObjectId',
    text: String,
    html: String,
    subject: String,
    to: [String],
    cc: [String],
    attachmentIds: [String],
    mode: String,
    savedAt: Date
  },
  { collection: 'drafts', versionKey: false }
)
schema.index({ userId: 1, interactionId: 1 }, { unique: true })
schema.index({ savedAt: 1 })

export const Draft = model<DraftDoc>('Draft', schema)

/** The writer's draft; an empty one when there is none. */
export async function readDraftOf(
  userId: Types.ObjectId,
  interactionId: string
): Promise<Reply<typeof readDraft>> {
  const doc = await Draft.findOne({ userId, interactionId }).lean()
  const files = await Promise.all((doc?.attachmentIds ?? []).map((id) => findFile(id)))
  return {
    text: doc?.text ?? '',
    html: doc?.html ?? null,
    subject: doc?.subject ?? null,
    to: doc?.to ?? [],
    cc: doc?.cc ?? [],
    attachments: files.filter((file) => file !== null).map((file) => presentAttachment(toRef(file))),
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
    await Draft.deleteOne({ userId, interactionId })
    return { savedAt: null }
  }
  const savedAt = new Date()
  const { text, html = null, subject = null, to = [], cc = [], attachmentIds = [], mode } = body
  await Draft.updateOne(
    { userId, interactionId },
    { $set: { text, html, subject, to, cc, attachmentIds, mode, savedAt } },
    { upsert: true }
  )
  return { savedAt: savedAt.toISOString() }
}

export const forgetDraft = (userId: Types.ObjectId, interactionId: Types.ObjectId) =>
  Draft.deleteOne({ userId, interactionId })
