import { tick } from 'svelte'

/** One row of a list is in the tab order; J and K move it. Rows carry `data-row` with their id. */
export class Roving {
  at = $state<string | null>(null)
  #ids: () => readonly string[]
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
    const start = ids.indexOf(focused ?? from ?? this.at ?? '')
    const next = start < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, start + step))
    await this.focus(ids[next]!)
  }

  async focus(id: string): Promise<void> {
    this.at = id
    const index = this.#ids().indexOf(id)
    if (index >= 0) this.reveal(index)
    await tick()
    const row = document.querySelector<HTMLElement>(`[data-row="${id}"]`)
    row?.focus()
    row?.scrollIntoView({ block: 'nearest' })
  }
}
