import {
  listInteractions,
  type Interaction,
  type InteractionState
} from '@palabre/config/contract/interaction'
import { call } from '../call.ts'

/** A search over everything in scope, page by page; an answer that comes too late is dropped. */
export class Search {
  text = $state('')
  only = $state<InteractionState | 'any'>('any')
  items = $state.raw<Interaction[]>([])
  state = $state<'idle' | 'loading' | 'ready' | 'failed'>('idle')
  error = $state.raw<unknown>()
  #next = $state<string | undefined>()
  #asked = 0

  get hasMore(): boolean {
    return this.#next !== undefined
  }

  run = async (): Promise<void> => {
    const asked = ++this.#asked
    if (!this.text.trim() && this.only === 'any') {
      this.items = []
      this.state = 'idle'
      return
    }
    this.state = 'loading'
    await this.#ask(asked, undefined)
  }

  more = async (): Promise<void> => {
    if (this.#next && this.state === 'ready') await this.#ask(this.#asked, this.#next)
  }

  async #ask(asked: number, after: string | undefined): Promise<void> {
    try {
      const { items, next } = await call(listInteractions, {
        query: {
          text: this.text.trim() || undefined,
          state: this.only === 'any' ? undefined : this.only,
          limit: 50,
          after
        }
      })
      if (asked !== this.#asked) return
      this.items = after ? [...this.items, ...items] : items
      this.#next = next
      this.state = 'ready'
    } catch (error) {
      if (asked !== this.#asked) return
      this.error = error
      this.state = 'failed'
    }
  }
}
