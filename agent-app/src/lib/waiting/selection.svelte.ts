import { SvelteSet } from 'svelte/reactivity'

/** Which rows of a list are selected, with ranges as hands know them. */
export class Selection {
  #ids = new SvelteSet<string>()
  #anchor: string | null = null

  get size(): number {
    return this.#ids.size
  }
  get ids(): string[] {
    return [...this.#ids]
  }
  has = (id: string): boolean => this.#ids.has(id)

  toggle(id: string): void {
    if (!this.#ids.delete(id)) this.#ids.add(id)
    this.#anchor = id
  }

  /** Selects everything between the one touched last and this one. */
  extend(to: string, order: readonly string[]): void {
    const from = this.#anchor === null ? -1 : order.indexOf(this.#anchor)
    const end = order.indexOf(to)
    if (from < 0 || end < 0) return this.toggle(to)
    for (const id of order.slice(Math.min(from, end), Math.max(from, end) + 1)) this.#ids.add(id)
  }

  /** Selects all of them; when they are selected already, none. */
  toggleAll(ids: readonly string[]): void {
    if (ids.every(this.has)) for (const id of ids) this.#ids.delete(id)
    else for (const id of ids) this.#ids.add(id)
  }

  /** What is not there any more is not selected either. */
  keep(isThere: (id: string) => boolean): void {
    for (const id of [...this.#ids]) if (!isThere(id)) this.#ids.delete(id)
  }

  clear(): void {
    this.#ids.clear()
    this.#anchor = null
  }
}
