import { isIPv6 } from 'node:net'
import { Schema, model } from 'mongoose'
import { refuse } from '../../refuse.ts'

/** How often something was asked for in a stretch of time; forgotten when that is over. */
interface CountDoc {
  /** `<what>|<whose>|<stretch>` */
  _id: string
  count: number
  forgetAt: Date
}

const schema = new Schema<CountDoc>(
  { _id: String, count: Number, forgetAt: Date },
  { collection: 'callbackCounts', versionKey: false, strict: 'throw' }
)
schema.index({ forgetAt: 1 }, { expireAfterSeconds: 0 })
const Count = model<CountDoc>('CallbackCount', schema)

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const duplicateKey = 11000

/** What is counted: `whose` at most `most` times in the stretch. */
export interface Limit {
  what: 'number' | 'address' | 'site' | 'code' | 'code-address'
  whose: string
  most: number
  per: 'hour' | 'day'
}

/**
 * Counts one more, and refuses `too-many-requests` when that is one too many. The counts stand in MongoDB, which all
 * nodes share and which is the record anyway: without it nothing is asked for at all, so a number that somebody has
 * called over and over is never let through because a counter was away or was flushed. Returns what takes it back.
 */
export async function countOne({ what, whose, most, per }: Limit): Promise<() => Promise<void>> {
  const ms = per === 'hour' ? hourMs : dayMs
  const stretch = Math.floor(Date.now() / ms)
  const _id = `${what}|${whose}|${String(stretch)}`
  const count = await add(_id, new Date((stretch + 2) * ms))
  if (count > most) return refuse('too-many-requests', what)
  return async () => {
    await Count.updateOne({ _id }, { $inc: { count: -1 } })
  }
}

async function add(_id: string, forgetAt: Date): Promise<number> {
  for (;;) {
    try {
      const doc = await Count.findOneAndUpdate(
        { _id },
        { $inc: { count: 1 }, $setOnInsert: { forgetAt } },
        { upsert: true, returnDocument: 'after' }
      ).lean()
      return doc.count
    } catch (error) {
      // Two began to count at once: it is there now.
      if ((error as { code?: number }).code !== duplicateKey) throw error
    }
  }
}

/** Whose an address of the network is: of IPv6 a household has 64 bits of them to choose from. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail] = address.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail?.split(':').filter(Boolean) ?? []
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  const first = [...left, ...zeros, ...right].slice(0, 4)
  return `${first.map((part) => Number.parseInt(part, 16).toString(16)).join(':')}::/64`
}
