import { Schema, model, type Types } from 'mongoose'

/** A mail that a customer of the demo received. */
interface DemoMailDoc {
  _id: Types.ObjectId
  at: Date
  to: string[]
  source: Buffer
}

const schema = new Schema<DemoMailDoc>(
  { at: Date, to: [String], source: Buffer },
  { collection: 'demoMails', versionKey: false }
)
schema.index({ at: -1 })

export const DemoMail = model<DemoMailDoc>('DemoMail', schema)

const kept = 200

/** Keeps a mail for the demo's mailbox page; the oldest are forgotten. */
export async function keepDemoMail(source: Buffer, to: string[]): Promise<void> {
  await DemoMail.create({ at: new Date(), to, source })
  const oldest = await DemoMail.find({}, { _id: 1 }).sort({ at: -1 }).skip(kept).limit(50).lean()
  if (oldest.length > 0) await DemoMail.deleteMany({ _id: { $in: oldest.map(({ _id }) => _id) } })
}
