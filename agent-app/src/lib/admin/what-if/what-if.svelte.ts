import { replayRouting, type Replay, type ReplayChange } from '@palabre/config/contract/routing'
import { call } from '../../call.ts'

interface Question {
  from: string
  to: string
  change: ReplayChange
}

/** The last replay that was asked for. */
export class WhatIf {
  answer = $state.raw<Replay | null>(null)
  failure = $state.raw<unknown>()
  running = $state(false)
  /** The change that the answer is about. */
  answered = $state.raw('')
  #asked: AbortController | null = null

  async ask(question: Question): Promise<void> {
    this.#asked?.abort()
    const mine = new AbortController()
    this.#asked = mine
    this.running = true
    this.failure = undefined
    try {
      const answer = await call(replayRouting, { body: question }, { signal: mine.signal })
      if (this.#asked !== mine) return
      this.answer = answer
      this.answered = JSON.stringify(question.change)
    } catch (error) {
      if (this.#asked === mine) this.failure = error
    } finally {
      if (this.#asked === mine) this.running = false
    }
  }

  stop = (): void => this.#asked?.abort()
}
