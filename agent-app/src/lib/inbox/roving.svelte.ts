import { tick } from 'svelte'

/** One row of a list is in the tab order; J and K move it. Rows carry `data-row` with their id. */
export class Roving {
  at = $state<string | null>(null)
  #ids: () => readonly string[]
  /** Moves whose row is not focused yet. */
  #underWay = 0
  /** Brings a row into being where a long list draws only what is seen. */
  reveal: (index: number) => void = () => {}

  constructor(ids: () => readonly string[]) {
    this.#ids = ids
  }

  /** The row in the tab order: the last one focused while it is there, else the first. */
  get reachable(): string | null {
    const ids = this.#ids()
    return this.at !== null && ids.includes(this.at) ? this.at : (ids[0] ?? null)
  }

  async move(step: 1 | -1, from: string | null): Promise<void> {
    const ids = this.#ids()
    if (!ids.length) return
    const focused = document.activeElement?.closest('[data-row]')?.getAttribute('data-row') ?? null
    // Keys may come faster than rows are drawn.
    const here = this.#underWay ? this.at : (focused ?? from ?? this.at)
    const start = ids.indexOf(here ?? '')
    const next = start < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, start + step))
    await this.focus(ids[next]!)
  }

  async focus(id: string): Promise<void> {
    this.at = id
    const index = this.#ids().indexOf(id)
    if (index >= 0) this.reveal(index)
    this.#underWay += 1
    const row = await drawn(id)
    this.#underWay -= 1
    if (this.at !== id) return
    row?.focus()
    row?.scrollIntoView({ block: 'nearest' })
  }
}

const framesToDraw = 10

/** The element of a row; one that was only just revealed takes a few frames. */
async function drawn(id: string): Promise<HTMLElement | null> {
  await tick()
  const find = () => document.querySelector<HTMLElement>(`[data-row="${id}"]`)
  for (let n = 0; n < framesToDraw && !find(); n++) await new Promise(requestAnimationFrame)
  return find()
}
