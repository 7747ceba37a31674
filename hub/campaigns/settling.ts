import { setTimeout as sleep } from 'node:timers/promises'
import type { Hub } from '../hub.ts'
import { grouped } from '../record/group.ts'
import type { Allowance } from './allowance.ts'
import { provesTaken } from './delivery.ts'
import { countedOf, noteOutcomes, type Outcome } from './outcome.ts'
import { takeOff } from './suppress.ts'
import { count } from './tally.ts'

const againMs = 500

/** Writes down what became of recipients, several at a time, with what follows from it. */
export class Settling {
  readonly #hub: Hub
  readonly #by: string
  readonly #allowance: Allowance
  readonly #onSettled: () => void
  #open = 0

  constructor(hub: Hub, by: string, allowance: Allowance, onSettled: () => void) {
    this.#hub = hub
    this.#by = by
    this.#allowance = allowance
    this.#onSettled = onSettled
  }

  /** Outcomes that are not written yet. */
  get open(): number {
    return this.#open
  }

  /** Notes an outcome; `open` until it is written. */
  settle(outcome: Outcome) {
    this.#open++
    this.#note(outcome)
      .then(() => this.#follow(outcome))
      .catch((error: unknown) => {
        this.#hub.log.error({ err: error }, 'an outcome of a campaign was lost')
      })
      .finally(() => {
        this.#open--
        this.#onSettled()
      })
  }

  async #follow(outcome: Outcome) {
    const { recipient, state, isHard, isUnwanted } = outcome
    count(this.#hub, recipient, countedOf(outcome))
    if (isHard) await takeOff(this.#hub, recipient, 'hard-bounce')
    if (isUnwanted) await takeOff(this.#hub, recipient, 'unsubscribe', { everything: true })
    // The platform may have told of it before anybody here knew that it was taken.
    if (state === 'unknown') await provesTaken(this.#hub, recipient._id)
  }

  #note = grouped<Outcome, null>(async (outcomes) => {
    for (;;) {
      try {
        await noteOutcomes(outcomes, this.#by)
        break
      } catch (error) {
        // The far side has them: losing the note would lose that, and the claim keeps them from others.
        this.#hub.log.warn({ err: error }, 'outcomes of a campaign could not be noted yet')
        await sleep(againMs)
      }
    }
    const sent = outcomes.filter(({ state }) => state === 'sent').length
    if (sent > 0) this.#allowance.note(sent)
    return outcomes.map(() => null)
  })
}
