import { dismissStepIn, listStepIns, type StepIn } from '@palabre/config/contract/stepping'
import { call, Refusal } from '../call.ts'
import { live } from '../live.svelte.ts'

/** What supervisors took from the agent or sent on, until she has put it away. */
class StepIns {
  #items = $state.raw<StepIn[]>([])

  get items(): StepIn[] {
    return this.#items
  }

  start(): () => void {
    const stops = [
      live.on('stepIn.changed', ({ stepIn }) => this.#take([stepIn])),
      live.keep(() => void this.#read())
    ]
    return () => {
      for (const stop of stops) stop()
      this.#items = []
    }
  }

  /** @throws {Refusal} when the hub cannot be reached */
  dismiss = async ({ id }: StepIn): Promise<void> => {
    try {
      await call(dismissStepIn, { params: { id } })
    } catch (error) {
      // Another tab has put it away.
      if (!(error instanceof Refusal) || error.name !== 'not-found') throw error
    }
    this.#items = this.#items.filter((one) => one.id !== id)
  }

  async #read(): Promise<void> {
    try {
      this.#items = (await call(listStepIns)).items
    } catch {
      // The next resync asks again.
    }
  }

  #take(all: readonly StepIn[]): void {
    const fresh = all.filter(({ id }) => !this.#items.some((one) => one.id === id))
    this.#items = [...fresh, ...this.#items]
  }
}

export const stepIns = new StepIns()
