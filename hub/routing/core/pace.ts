/** How fast a queue is answered, from what was seen of it. Times in ms since the epoch. */
export interface Pace {
  /** An interaction went into somebody's hands. */
  answered(id: string, at: number): void
  /** It left them. */
  finished(id: string, at: number): void
  /** One that was finished before this one began to look. */
  remember(answeredAt: number, handledMs: number): void
  /**
   * What the one at this place (1 is next) may expect to wait, in seconds: the places that are busy come free at the
   * pace of the mean handling time; where that is unknown, at the pace of the last quarter of an hour. Null when
   * too little was seen.
   */
  estimate(position: number, now: number): number | null
}

const lookBackMs = 15 * 60_000
/** Fewer than this say nothing. */
const needed = 3
/** Weight of the newest handling time in the mean. */
const weight = 0.1

/** The pace of one queue, nothing seen yet. */
export function openPace(): Pace {
  const busy = new Map<string, number>()
  let answers: number[] = []
  let handled = 0
  let meanMs = 0

  function sample(ms: number) {
    handled++
    meanMs = handled === 1 ? ms : meanMs + (ms - meanMs) * Math.max(weight, 1 / handled)
  }

  return {
    answered(id, at) {
      if (busy.has(id)) return
      busy.set(id, at)
      answers.push(at)
    },
    finished(id, at) {
      const since = busy.get(id)
      if (since === undefined) return
      busy.delete(id)
      sample(Math.max(0, at - since))
    },
    remember(answeredAt, handledMs) {
      answers.push(answeredAt)
      sample(handledMs)
    },
    estimate(position, now) {
      answers = answers.filter((at) => at > now - lookBackMs)
      if (handled >= needed && busy.size > 0 && meanMs > 0)
        return Math.round((position * meanMs) / busy.size / 1000)
      if (answers.length < needed) return null
      return Math.round((position * lookBackMs) / answers.length / 1000)
    }
  }
}
