import type { VisitorFrame, VisitorMessage } from '@palabre/config/contract/visitor'
import type { Memory } from './memory.ts'

/** What the visitor has read, and telling so: once a message as delivered, once as read. */
export class Reading {
  /** Messages of the other side that were not looked at. */
  readonly unread = $derived.by(() => this.#countUnread())
  readonly #memory: Memory
  readonly #messages: () => VisitorMessage[]
  readonly #tell: (frame: VisitorFrame) => boolean
  #mark = $state<string | null>(null)
  #told = ''
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
    const last = this.#messages().findLast((message) => !message.mine)
    if (!last) return
    const read = this.#looking
    if (read && this.#mark !== last.id) {
      this.#mark = last.id
      this.#memory.write('read', last.id)
    }
    const isNews = read ? last.state !== 'read' : last.state === 'sent'
    const telling = `${last.id}:${read}`
    if (!isNews || this.#told === telling) return
    if (this.#tell({ type: 'seen', messageId: last.id, read })) this.#told = telling
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
