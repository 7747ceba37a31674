import type { CampaignDoc } from './campaign.model.ts'
import type { RecipientDoc } from './recipient.model.ts'

/** Somebody whom this process holds, ready to be written to. */
export interface Waiting {
  recipient: RecipientDoc
  campaign: CampaignDoc
  /** When it was looked up last whether they may be written to. */
  checkedAt: number
}

/** Who waits here, by lane, in order. */
export class WaitingList {
  #byLane = new Map<string, Waiting[]>()
  #size = 0

  get size(): number {
    return this.#size
  }

  lanes = (): string[] => [...this.#byLane.keys()]
  of = (lane: string): readonly Waiting[] => this.#byLane.get(lane) ?? []

  add(waiting: Waiting) {
    const lane = waiting.recipient.domain
    const list = this.#byLane.get(lane) ?? []
    list.push(waiting)
    this.#byLane.set(lane, list)
    this.#size++
  }

  /** Takes the first of a lane out of it. */
  shift(lane: string) {
    const list = this.#byLane.get(lane)
    if (!list?.shift()) return
    this.#size--
    if (list.length === 0) this.#byLane.delete(lane)
  }

  /** Takes all that please, out of one lane or all. */
  drop(pleases: (one: Waiting) => boolean, lanes: readonly string[] = this.lanes()): Waiting[] {
    const dropped: Waiting[] = []
    for (const lane of lanes) {
      const list = this.#byLane.get(lane) ?? []
      const kept = list.filter((one) => !pleases(one))
      if (kept.length === list.length) continue
      dropped.push(...list.filter(pleases))
      this.#size -= list.length - kept.length
      if (kept.length === 0) this.#byLane.delete(lane)
      else this.#byLane.set(lane, kept)
    }
    return dropped
  }
}
