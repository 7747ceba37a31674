import { setTimeout as sleep } from 'node:timers/promises'
import type { GraphMessage } from '../graph/graph.ts'
import type { Sent } from '../graph/webhooks.ts'
import type { DemoNumber } from './demo-number.ts'

const lookMs = 100
/** A phone takes its time: a message is sent at once, delivered, and read a moment later. */
const steps = [
  { status: 'sent', afterMs: 150 },
  { status: 'delivered', afterMs: 500 },
  { status: 'read', afterMs: 900 }
]

/** What the business offers to tap. */
interface Tap {
  id: string
  title: string
}

/** The customer with a phone: writes, reads what comes back, taps what is offered. */
export class DemoCustomer {
  readonly #line: DemoNumber
  readonly #from: string
  readonly #name: string
  #taps: Tap[] = []
  #read = 0
  #isOver = false

  constructor(line: DemoNumber, from: string, name: string) {
    this.#line = line
    this.#from = from
    this.#name = name
  }

  /** @throws Error when the hub does not take it */
  async write(text: string): Promise<void> {
    const { graph, number } = this.#line
    const { status, body } = await graph.write(number, this.#from, this.#sent(text), { name: this.#name })
    if (status !== 200) throw new Error(`The hub answered ${String(status)}: ${body}`)
  }

  /** A digit taps what was offered last. */
  #sent(text: string): Sent {
    const tap = /^\d$/.test(text) ? this.#taps[Number(text) - 1] : undefined
    if (!tap) return { type: 'text', text: { body: text } }
    return { type: 'interactive', interactive: { type: 'button_reply', button_reply: tap } }
  }

  /** Reads what is written to this phone until it is put away; each message walks to "read". */
  async listen(tell: (message: { text: string; taps: readonly Tap[] }) => void): Promise<void> {
    while (!this.#isOver) {
      const message = this.#line.graph.messages[this.#read]
      if (!message) {
        await sleep(lookMs)
        continue
      }
      this.#read++
      if (message.to !== this.#from) continue
      this.#taps = tapsOf(message)
      tell({ text: wordsOf(message), taps: this.#taps })
      for (const { status, afterMs } of steps) {
        await sleep(afterMs)
        await this.#line.graph.tell(this.#line.number, message, status)
      }
    }
  }

  leave() {
    this.#isOver = true
  }
}

type Parts = Record<string, { body?: string; caption?: string; filename?: string; name?: string } | undefined>

/** What a person would see of it. */
export function wordsOf({ type, body }: GraphMessage): string {
  const parts = body as Parts
  const shown = parts[type]
  if (type === 'interactive') return String((shown as { body?: { text?: string } }).body?.text ?? '')
  if (type === 'template') return `(template ${shown?.name ?? ''})`
  return shown?.body ?? [`(${type})`, shown?.filename, shown?.caption].filter(Boolean).join(' ')
}

function tapsOf({ type, body }: GraphMessage): Tap[] {
  if (type !== 'interactive') return []
  const { action } = body['interactive'] as {
    action?: { buttons?: { reply: Tap }[]; sections?: { rows: Tap[] }[] }
  }
  return [
    ...(action?.buttons ?? []).map(({ reply }) => reply),
    ...(action?.sections ?? []).flatMap(({ rows }) => rows)
  ].map(({ id, title }) => ({ id, title }))
}
