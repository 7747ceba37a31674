import { createSubscriber } from 'svelte/reactivity'

/**
 * One clock for every timer: ticks each second while something on screen reads it and the tab is visible.
 * It shows the hub's time, because an offer ends by the hub's clock and desk machines are often wrong.
 */
class Clock {
  /** Hub minus this machine, in ms. */
  #offset = 0
  #now = Date.now()
  #subscribe = createSubscriber((update) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const plan = () => {
      this.#now = this.read()
      timer = document.hidden ? undefined : setTimeout(tick, 1000 - (this.#now % 1000) + 2)
    }
    const tick = () => {
      plan()
      update()
    }
    const wake = () => {
      clearTimeout(timer)
      tick()
    }
    document.addEventListener('visibilitychange', wake)
    plan()
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', wake)
    }
  })

  /** The hub's time in ms since 1970; reading it in markup, `$derived` or `$effect` follows every second. */
  get now(): number {
    if (!$effect.tracking()) return this.read()
    this.#subscribe()
    return this.#now
  }

  /** The hub's time in ms since 1970, once. */
  read(): number {
    return Date.now() + this.#offset
  }

  /** Takes the `date` header of an answer. It is whole seconds: a change under 2 s is noise and would make timers jump. */
  learn(header: string | null): void {
    const theirs = header ? Date.parse(header) : NaN
    if (Number.isNaN(theirs)) return
    const difference = theirs + 500 - Date.now()
    if (Math.abs(difference - this.#offset) >= 2000) this.#offset = difference
  }
}

export const clock = new Clock()
