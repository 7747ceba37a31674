/**
 * What the browser keeps for one chat account on one site. Everything has a key of its own, so that two tabs of the site
 * never overwrite each other's; where the browser keeps nothing (private windows, blocked storage), the page does.
 */
export class Memory {
  readonly #prefix: string
  readonly #store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

  constructor(accountId: string, store = browserStore()) {
    this.#prefix = `palabre:${accountId}:`
    this.#store = store
  }

  read<T>(name: string): T | null {
    try {
      return JSON.parse(this.#store.getItem(this.#prefix + name) ?? 'null') as T | null
    } catch {
      return null
    }
  }

  /** Null forgets. A full store loses the entry, never the page. */
  write(name: string, value: unknown): void {
    try {
      if (value === null) this.#store.removeItem(this.#prefix + name)
      else this.#store.setItem(this.#prefix + name, JSON.stringify(value))
    } catch {
      /* The page goes on with what it holds itself. */
    }
  }

  /** Names kept that begin so. */
  names(beginning = ''): string[] {
    const all = Array.from({ length: this.#store.length }, (_, index) => this.#store.key(index) ?? '')
    return all
      .filter((key) => key.startsWith(this.#prefix + beginning))
      .map((key) => key.slice(this.#prefix.length))
  }

  forget(): void {
    for (const name of this.names()) this.write(name, null)
  }

  /** Tells what another tab has just written or forgotten. */
  onChange(heard: (name: string) => void): void {
    addEventListener('storage', ({ key }) => {
      if (key?.startsWith(this.#prefix)) heard(key.slice(this.#prefix.length))
    })
  }
}

function browserStore() {
  try {
    const store = localStorage
    const probe = 'palabre:probe'
    store.setItem(probe, '1')
    store.removeItem(probe)
    return store
  } catch {
    return pageStore()
  }
}

/** The same, for as long as the page lives. */
export function pageStore() {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    key: (index: number) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size
    }
  }
}
