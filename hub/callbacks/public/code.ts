import { createHash, createHmac, randomInt, timingSafeEqual } from 'node:crypto'
import { Schema, model } from 'mongoose'
import type { Hub } from '../../hub.ts'
import { refuse } from '../../refuse.ts'

/** A code that proves a number or an address. Its hash is keyed, as six digits are soon guessed. */
interface CodeDoc {
  _id: string
  hash: string
  tries: number
  until: Date
}

const schema = new Schema<CodeDoc>(
  { _id: String, hash: String, tries: Number, until: Date },
  { collection: 'callbackCodes', versionKey: false, strict: 'throw' }
)
schema.index({ until: 1 }, { expireAfterSeconds: 0 })
const Code = model<CodeDoc>('CallbackCode', schema)

export const codeMinutes = 10
const triesAllowed = 5

/** Whose code it is: of this queue, for this number, and where it goes by mail for this address. */
export interface Proved {
  queueId: string
  number: string
  /** Empty: the number is what is proved. */
  email: string
}

const idOf = ({ queueId, number, email }: Proved): string =>
  createHash('sha256').update(`${queueId} ${number} ${email.toLowerCase()}`).digest('hex')

const hashOf = (hub: Hub, id: string, code: string): Buffer =>
  createHmac('sha256', hub.vault.signingKey('callback:code')).update(`${id} ${code}`).digest()

/** A new code; the one before it is worth nothing from now on. */
export async function newCode(hub: Hub, proved: Proved): Promise<string> {
  const id = idOf(proved)
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  await Code.updateOne(
    { _id: id },
    {
      $set: {
        hash: hashOf(hub, id, code).toString('hex'),
        tries: 0,
        until: new Date(Date.now() + codeMinutes * 60_000)
      }
    },
    { upsert: true }
  )
  return code
}

/**
 * Refuses `wrong-code` unless it is the code, in time, within five tries. Each look is counted before it is compared, so
 * that many at once get no more tries. Returns what uses it up, to be called when it has served.
 */
export async function checkCode(
  hub: Hub,
  proved: Proved,
  code: string | undefined
): Promise<() => Promise<void>> {
  if (code === undefined) return refuse('wrong-code')
  const id = idOf(proved)
  const doc = (await Code.findOneAndUpdate(
    { _id: id, until: { $gt: new Date() }, tries: { $lt: triesAllowed } },
    { $inc: { tries: 1 } },
    { returnDocument: 'after' }
  ).lean()) as CodeDoc | null
  const given = hashOf(hub, id, code)
  const kept = doc ? Buffer.from(doc.hash, 'hex') : Buffer.alloc(given.length)
  if (!timingSafeEqual(given, kept) || !doc) return refuse('wrong-code')
  return async () => {
    await Code.deleteOne({ _id: id, hash: doc.hash })
  }
}
