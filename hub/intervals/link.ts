/** The beginning of a state of one record; `n` is the line that tells it. */
export interface Turn {
  n: number
  from: Date
  state: string
}

/** States in which nothing is waited for: no time is counted. */
const over = new Set(['closed'])

/**
 * When the states of one record ended, by line: with the next one, whatever the order in which the lines were heard.
 * Null: it lasts. A clock that was set back makes none shorter than nothing.
 */
export function endsOf(turns: readonly Turn[]): Map<number, Date | null> {
  const inOrder = [...turns].sort((a, b) => a.n - b.n)
  return new Map(
    inOrder.map(({ n, from, state }, i) => {
      const next = inOrder[i + 1]
      if (over.has(state)) return [n, from]
      return [n, next ? new Date(Math.max(+from, +next.from)) : null]
    })
  )
}
