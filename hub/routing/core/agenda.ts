/** What is due when: the earliest first. */
export interface Agenda<T> {
  readonly size: number
  /** When the earliest is due; Infinity when nothing is. */
  at(): number
  peek(): T | undefined
  pop(): void
  push(at: number, value: T): void
  /** Throws out what is not wanted. */
  keep(isWanted: (value: T, at: number) => boolean): void
}

/** A binary heap whose times stand beside the values, so that sorting touches nothing else. */
export function openAgenda<T>(): Agenda<T> {
  const times: number[] = []
  const values: T[] = []

  function rise(start: number, at: number, value: T) {
    let i = start
    while (i > 0) {
      const parent = (i - 1) >>> 1
      if (times[parent]! <= at) break
      times[i] = times[parent]!
      values[i] = values[parent]!
      i = parent
    }
    times[i] = at
    values[i] = value
  }

  function sink(start: number, at: number, value: T) {
    const { length } = times
    let i = start
    for (let child = 2 * i + 1; child < length; child = 2 * i + 1) {
      if (child + 1 < length && times[child + 1]! < times[child]!) child++
      if (times[child]! >= at) break
      times[i] = times[child]!
      values[i] = values[child]!
      i = child
    }
    times[i] = at
    values[i] = value
  }

  return {
    get size() {
      return times.length
    },
    at: () => (times.length > 0 ? times[0]! : Infinity),
    peek: () => values[0],
    pop() {
      const at = times.pop()
      const value = values.pop()
      if (times.length > 0) sink(0, at!, value!)
    },
    push(at, value) {
      times.push(at)
      values.push(value)
      rise(times.length - 1, at, value)
    },
    keep(isWanted) {
      let kept = 0
      for (let i = 0; i < times.length; i++) {
        if (!isWanted(values[i]!, times[i]!)) continue
        times[kept] = times[i]!
        values[kept++] = values[i]!
      }
      times.length = values.length = kept
      for (let i = (kept >>> 1) - 1; i >= 0; i--) sink(i, times[i]!, values[i]!)
    }
  }
}
