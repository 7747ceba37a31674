import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { limits } from './limits.ts'

const Saved = Type.Object({
  /** Nothing that is older is taken after an outage: seconds since the epoch, when the account was first listened to. */
  from: Type.Integer(),
  /** All that WhatsApp took before this second is stored, and of what follows `known`. */
  until: Type.Integer(),
  known: Type.Array(Type.Tuple([Type.String(), Type.Integer()]))
})
type Saved = Static<typeof Saved>

/** WhatsApp's clock may be behind ours by so much. */
const clockSlackSeconds = 60

/** How far the messages of an account are stored. Late ones may come before newer ones, so ids are kept for a while. */
export class Position {
  readonly #from: number
  #until: number
  readonly #known: Map<string, number>
  readonly #pending = new Map<string, number>()

  constructor(saved: unknown, now: Date) {
    const seconds = Math.floor(now.getTime() / 1000) - clockSlackSeconds
    const { from, until, known } = Value.Check(Saved, saved)
      ? saved
      : { from: seconds, until: seconds, known: [] }
    this.#from = from
    this.#until = until
    this.#known = new Map(known)
  }

  /** From which second on messages are looked through after an outage. */
  get since(): number {
    return Math.max(this.#from, this.#until - limits.overlapSeconds)
  }

  /** Is it news? Then it counts as under way until it is `stored`. */
  begin(id: string, seconds: number): boolean {
    if (this.#known.has(id) || this.#pending.has(id)) return false
    this.#pending.set(id, seconds)
    return true
  }

  /** It is stored, or nothing to be stored. */
  end(id: string): void {
    const seconds = this.#pending.get(id)
    if (seconds === undefined) return
    this.#pending.delete(id)
    this.#known.set(id, seconds)
    // What is under way holds it back, wherever it stands in its line.
    const oldest = Math.min(...this.#pending.values(), Infinity)
    const newest = Math.max(...this.#known.values())
    this.#until = Math.max(this.#until, Math.min(newest, oldest - 1))
  }

  save(): Saved {
    const known = [...this.#known]
      .filter(([, seconds]) => seconds >= this.since)
      .sort(([, a], [, b]) => b - a)
      .slice(0, limits.knownIds)
    this.#known.clear()
    for (const [id, seconds] of known) this.#known.set(id, seconds)
    return { from: this.#from, until: this.#until, known }
  }
}
