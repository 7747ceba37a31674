import type { Verb } from './frames.ts'
import { written } from './valid.ts'

interface Open {
  timer: NodeJS.Timeout
  otherwise: () => Verb[]
  sent: () => void
}

const nothing = () => undefined

/**
 * The answers that jambonz waits for, each by its own message id: exactly one goes out for each, in time, whatever
 * becomes of the others.
 */
export class Acks {
  private readonly open = new Map<string, Open>()
  private readonly send: (text: string) => void

  constructor(send: (text: string) => void) {
    this.send = send
  }

  /** Answers at once. */
  now(msgid: string | null, verbs: Verb[]): void {
    this.expect(msgid, 0, () => verbs)
    if (msgid !== null) this.give(msgid, verbs)
  }

  /**
   * Expects an answer within so many milliseconds; `otherwise` goes out instead when there is none. `sent` is called when either
   * is on its way, at once for a frame that cannot be answered.
   */
  expect(msgid: string | null, ms: number, otherwise: () => Verb[], sent: () => void = nothing): void {
    if (msgid === null) return sent()
    const timer = setTimeout(() => {
      this.give(msgid, otherwise())
    }, ms)
    this.open.set(msgid, { timer, otherwise, sent })
  }

  isOpen(msgid: string | null): msgid is string {
    return msgid !== null && this.open.has(msgid)
  }

  /** Throws ChannelError('refused') when the answer cannot be sent; it is still waited for then. */
  answer(msgid: string, verbs: Verb[]): void {
    const open = this.open.get(msgid)
    if (!open) return
    this.send(written({ type: 'ack', msgid, data: verbs }))
    clearTimeout(open.timer)
    this.open.delete(msgid)
    open.sent()
  }

  /** Answers with these, or with a moment of nothing where they are too much for one frame: never throws. */
  give(msgid: string, verbs: Verb[]): void {
    try {
      this.answer(msgid, verbs)
    } catch {
      this.answer(msgid, [{ verb: 'pause', length: 1 }])
    }
  }

  /** Answers everything that is open with what is safe. */
  flush(): void {
    for (const [msgid, { otherwise }] of [...this.open]) this.give(msgid, otherwise())
  }

  /** Nobody waits any more. */
  forget(): void {
    for (const { timer } of this.open.values()) clearTimeout(timer)
    this.open.clear()
  }
}
