import { WebSocket } from 'ws'
import type { VisitorServerFrame } from '@palabre/config/contract/visitor'

/** A customer with the chat widget open. */
export class FloorVisitor {
  phase = 'new'
  readonly #url: string
  readonly #accountId: string
  #token: string | null
  #socket: WebSocket | null = null
  #said = 0
  #ended: () => void = () => {}
  /** Resolves when the contact is over, or the line is lost. */
  readonly ended = new Promise<void>((resolve) => {
    this.#ended = resolve
  })

  /** With the token of an earlier visit the same customer comes back. */
  constructor(url: string, accountId: string, token: string | null = null) {
    this.#url = url
    this.#accountId = accountId
    this.#token = token
  }

  get token(): string | null {
    return this.#token
  }

  async open(locale: string): Promise<void> {
    const path = `/api/visitor/${this.#accountId}`
    const answer = await fetch(`${this.#url}${path}/open`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.#url },
      body: JSON.stringify({ locale, ...(this.#token !== null && { token: this.#token }) })
    })
    const opened = (await answer.json()) as { token?: string; error?: string }
    if (opened.token === undefined) throw new Error(`the chat does not open: ${String(opened.error)}`)
    const { token } = opened
    this.#token = token
    const socket = new WebSocket(`${this.#url.replace(/^http/, 'ws')}${path}/live`, { origin: this.#url })
    this.#socket = socket
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', token })))
      socket.on('close', () => {
        this.#ended()
        reject(new Error('the chat was closed'))
      })
      socket.on('message', (data: Buffer) => {
        const frame = JSON.parse(data.toString()) as VisitorServerFrame
        if (frame.type === 'ready' || frame.type === 'state') {
          this.phase = frame.state.phase
          // What is over when somebody comes back was the last time.
          if (this.#said > 0 && this.phase === 'ended') this.#ended()
        }
        if (frame.type === 'ready') resolve()
        if (frame.type === 'refused') reject(new Error(`the chat refuses: ${frame.error}`))
      })
    })
    socket.on('error', () => undefined)
  }

  say(text: string, name: string) {
    this.#said += 1
    const clientId = `floor-${String(process.pid)}-${String(this.#said).padStart(4, '0')}`
    this.#write({ type: 'say', clientId, text, ...(this.#said === 1 && { form: { name } }) })
  }

  rate(score: number) {
    this.#write({ type: 'rate', score })
  }

  /** Has enough of waiting. */
  giveUp() {
    this.#write({ type: 'end' })
    this.leave()
  }

  leave() {
    this.#socket?.close()
  }

  #write(frame: object) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }
}
