import type { VisitorFrame, VisitorMessage } from '@palabre/config/contract/visitor'
import type { Memory } from './memory.ts'

/** The hub takes so many frames in a second; of a long absence the last ones are told. */
const toldAtOnce = 10

/** What the visitor has read, and telling so: once a message as delivered, once as read. */
export class Reading {
  /** Messages of the other side that were not looked at. */
  readonly unread = $derived.by(() => this.#countUnread())
  readonly #memory: Memory
  readonly #messages: () => VisitorMessage[]
  readonly #tell: (frame: VisitorFrame) => boolean
  #mark = $state<string | null>(null)
  /** Message id → told as read (true) or delivered (false). */
  readonly #told = new Map<string, boolean>()
  #looking = false

  constructor(memory: Memory, messages: () => VisitorMessage[], tell: (frame: VisitorFrame) => boolean) {
    this.#memory = memory
    this.#messages = messages
    this.#tell = tell
    this.reload()
  }

  /** The panel is open, and the page in front. */
  look(looking: boolean): void {
    this.#looking = looking
    this.notice()
  }

  get isLooking(): boolean {
    return this.#looking
  }

  /** To be called whenever messages came, or the line is back. */
  notice(): void {
    const theirs = this.#messages().filter((message) => !message.mine)
    const last = theirs.at(-1)
    const read = this.#looking
    if (read && last && this.#mark !== last.id) {
      this.#mark = last.id
      this.#memory.write('read', last.id)
    }
    for (const { id, state } of theirs.slice(-toldAtOnce)) {
      const isNews = read ? state !== 'read' : state === 'sent'
      if (!isNews || this.#told.get(id) === read || this.#told.get(id) === true) continue
      if (this.#tell({ type: 'seen', messageId: id, read })) this.#told.set(id, read)
    }
  }

  /** Another tab has read. */
  reload(): void {
    this.#mark = this.#memory.read<string>('read')
  }

  #countUnread(): number {
    const messages = this.#messages()
    const lastRead = messages.findLastIndex(
      (message) => message.id === this.#mark || (!message.mine && message.state === 'read')
    )
    return messages.slice(lastRead + 1).filter((message) => !message.mine).length
  }
}
