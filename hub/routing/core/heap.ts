/** A binary heap: the first by `before` is on top. */
export interface Heap<T> {
  readonly size: number
  peek(): T | undefined
  pop(): T | undefined
  push(item: T): void
  /** Throws out what is not wanted. */
  keep(isWanted: (item: T) => boolean): void
}

/** An empty heap in the order of `before`, which is true when `a` comes out earlier than `b`. */
export function heapOf<T>(before: (a: T, b: T) => boolean): Heap<T> {
  let items: T[] = []

  function rise(at: number, item: T) {
    let i = at
    while (i > 0) {
      const parent = (i - 1) >> 1
      const above = items[parent]!
      if (!before(item, above)) break
      items[i] = above
      i = parent
    }
    items[i] = item
  }

  function sink(at: number, item: T) {
    const half = items.length >> 1
    let i = at
    while (i < half) {
      let child = 2 * i + 1
      if (child + 1 < items.length && before(items[child + 1]!, items[child]!)) child++
      const below = items[child]!
      if (!before(below, item)) break
      items[i] = below
      i = child
    }
    items[i] = item
  }

  return {
    get size() {
      return items.length
    },
    peek: () => items[0],
    pop() {
      const first = items[0]
      const last = items.pop()
      if (items.length > 0) sink(0, last!)
      return first
    },
    push(item) {
      items.push(item)
      rise(items.length - 1, item)
    },
    keep(isWanted) {
      items = items.filter(isWanted)
      for (let i = (items.length >> 1) - 1; i >= 0; i--) sink(i, items[i]!)
    }
  }
}
