import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { campaignNow } from './clock.ts'
import { dayIn } from './hours.ts'
import { reachedLately } from './reached-lately.ts'
import type { RollingDay } from './rolling-day.ts'
import { Sender, type SenderDoc } from './sender.model.ts'
import { capOf } from './warm-up.ts'

const keptDays = 40

/** What was taken of an allowance, to be given back when nothing left. */
export interface Taken {
  address: string
  at: number
}

/**
 * How much of a day an account may use: what its way into being known gives it by the calendar, and how many different
 * people it may write to in any 24 hours. One run counts it, from what was written before it.
 */
export class Allowance {
  readonly #hub: Hub
  readonly #accountId: Types.ObjectId
  /** What has left today, and what is leaving. */
  #today = { day: '', left: 0 }
  #cap: number | null = null
  #tier: number | null = null
  #days: Record<string, number> = {}
  #reached: RollingDay | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(hub: Hub, accountId: Types.ObjectId) {
    this.#hub = hub
    this.#accountId = accountId
  }

  async read(settings: SenderDoc) {
    const now = campaignNow()
    const day = dayIn('UTC', now)
    this.#cap = capOf(settings.warmUp, day)
    this.#days = settings.days
    if (day !== this.#today.day) this.#today = { day, left: settings.days[day] ?? 0 }
    this.#tier = settings.tier
    if (this.#tier !== null) this.#reached ??= await reachedLately(this.#accountId, now)
  }

  /** How many more may leave now. */
  left(now: number): number {
    const ofToday = this.#cap === null ? Infinity : this.#cap - this.#today.left
    return Math.min(ofToday, this.#room(now))
  }

  #room = (now: number): number =>
    this.#tier === null || !this.#reached ? Infinity : Math.max(0, this.#tier - this.#reached.count(now))

  take(address: string, at: number): Taken {
    this.#today.left++
    this.#reached?.enter(address, at)
    return { address, at }
  }

  giveBack({ address, at }: Taken) {
    this.#today.left--
    this.#reached?.remove(address, at)
  }

  /** When somebody new may be written to again; null: now. */
  roomAt(now: number): Date | null {
    if (this.#room(now) > 0) return null
    const next = this.#reached?.next(now) ?? null
    return next === null ? null : new Date(next)
  }

  /** Writes how many have left today; what is told here is written in order. */
  note(sent: number) {
    const day = dayIn('UTC', campaignNow())
    const write = async () => {
      const old = Object.keys(this.#days).filter(
        (one) => Date.parse(one) < Date.parse(day) - keptDays * 86_400_000
      )
      await Sender.collection.updateOne(
        { _id: this.#accountId as never },
        {
          $inc: { [`days.${day}`]: sent },
          ...(old.length > 0 && { $unset: Object.fromEntries(old.map((one) => [`days.${one}`, ''])) })
        } as never,
        { upsert: true }
      )
    }
    this.#writing = this.#writing.then(write).catch((error: unknown) => {
      this.#hub.log.warn({ err: error }, 'the number of a day could not be written')
    })
  }

  /** Resolves when all that was noted is written. */
  settled = (): Promise<void> => this.#writing
}
