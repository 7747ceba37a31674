import type { Reason } from '@palabre/config/contract/routing'
import type { Picked } from './pick.ts'
import type { Match, WaitingItem } from './picture.ts'
import { reasonsFor, type Asking, type Chosen } from './reasons.ts'

/** A match with what it was made from: the reasons are made of that whenever they are asked for. */
export class Decision implements Match {
  readonly item: WaitingItem
  readonly agentId: string
  readonly agentVersion: number
  readonly #asking: Asking
  readonly #picked: Picked
  readonly #chosen: Chosen
  readonly #now: number

  /** The agent is as they are before they are given the item. */
  constructor(item: WaitingItem, asking: Asking, picked: Picked, now: number) {
    const { id, version, skills, idleSince, load, handledToday } = picked.agent
    this.item = item
    this.agentId = id
    this.agentVersion = version
    this.#asking = asking
    this.#picked = picked
    this.#chosen = { id, skills, idleSince, load, handledToday }
    this.#now = now
  }

  get reasons(): Reason[] {
    return reasonsFor(this.item, this.#chosen, this.#asking, this.#picked, this.#now)
  }
}
