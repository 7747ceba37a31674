import { Schema, model, type Types } from 'mongoose'

/** A mail that a customer of the demo received. */
export interface DemoMailDoc {
  _id: Types.ObjectId
  at: Date
  from: string
  to: string[]
  subject: string
  text: string
  messageId: string
  references: string[]
  files: string[]
}

const schema = new Schema<DemoMailDoc>(
  {
    at: Date,
    from: String,
    to: [String],
    subject: String,
    text: String,
    messageId: String,
    references: [String],
    files: [String]
  },
  { collection: 'demoMails', versionKey: false }
)
schema.index({ at: -1 })

export const DemoMail = model<DemoMailDoc>('DemoMail', schema)

const kept = 200

/** Keeps a mail for the demo's mailbox page; the oldest are forgotten. */
export async function keepDemoMail(mail: Omit<DemoMailDoc, '_id' | 'at'>): Promise<void> {
  await DemoMail.create({ at: new Date(), ...mail })
  const oldest = await DemoMail.find({}, { _id: 1 }).sort({ at: -1 }).skip(kept).limit(50).lean()
  if (oldest.length > 0) await DemoMail.deleteMany({ _id: { $in: oldest.map(({ _id }) => _id) } })
}
