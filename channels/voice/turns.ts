/**
 * Lets the events of one line be taken one after the other, but none wait for another longer than its patience: who is slow
 * is overtaken, never waited for.
 */
export class Turns {
  private last: Promise<void> = Promise.resolve()
  private open = 0

  /** Events that were not taken yet. */
  get pending(): number {
    return this.open
  }

  take<T>(work: () => Promise<T>, patienceMs: number): Promise<T> {
    this.open++
    const taken = this.last.then(work)
    let timer: NodeJS.Timeout | undefined
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs)
      timer.unref()
      const done = () => {
        this.open--
        clearTimeout(timer)
        resolve()
      }
      taken.then(done, done)
    })
    this.last = over
    return taken
  }
}
