import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { VisitorServerFrame } from '@palabre/config/contract/visitor'
import type { Chance } from '../floor/random.ts'
import { Door, passing } from '../floor/door.ts'

const confirmedWithinMs = 6000

/**
 * A customer whose client does what the widget does: one message in flight, each kept until the hub confirms it, said
 * again with the same id after the line was lost.
 */
export class ChaosVisitor {
  readonly name: string
  readonly lines: string[]
  /** What the hub has confirmed, in order. */
  readonly confirmed: { clientId: string; text: string; id: string }[] = []
  readonly refusals: string[] = []
  readonly answers = new Map<string, string>()
  phase = 'new'
  token = ''
  resaid = 0
  readonly #door: Door
  readonly #accountId: string
  readonly #chance: Chance
  #socket: WebSocket | null = null
  #left = false

  constructor(name: string, lines: number, urls: string[], accountId: string, chance: Chance) {
    this.name = name
    this.lines = Array.from(
      { length: lines },
      (_, i) => `${name} line ${String(i + 1)}${i + 1 === lines ? ' (last)' : ''}`
    )
    this.#accountId = accountId
    this.#chance = chance
    this.#door = new Door(urls, Math.floor(chance.between(0, urls.length)))
  }

  /** Says every line, then stays until the chat was ended by the agent (or `leave`). */
  async walk(): Promise<void> {
    const { body } = await this.#door.ask('POST', `/api/visitor/${this.#accountId}/open`, {}, {})
    this.token = (body as { token: string }).token
    while (!this.#left && this.phase !== 'ended') {
      await this.#connected().catch(() => undefined)
      this.#door.turn()
      await sleep(this.#chance.between(200, 500))
    }
  }

  leave() {
    this.#left = true
    this.#socket?.terminate()
  }

  /** Where the visit stands, read anew. */
  async reopen(): Promise<{ messages: { text: string; mine: boolean }[]; state: { phase: string } }> {
    const { body } = await this.#door.ask(
      'POST',
      `/api/visitor/${this.#accountId}/open`,
      { token: this.token },
      {}
    )
    return body as never
  }

  /** One connection, from the upgrade to its loss. */
  #connected(): Promise<void> {
    const { url } = this.#door
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/visitor/${this.#accountId}/live`, {
      origin: url,
      handshakeTimeout: confirmedWithinMs
    })
    this.#socket = socket
    return new Promise((resolve) => {
      let waiting: NodeJS.Timeout | undefined
      const patience = () => {
        clearTimeout(waiting)
        waiting = setTimeout(() => socket.terminate(), confirmedWithinMs)
      }
      const say = () => {
        const n = this.confirmed.length
        const text = this.lines[n]
        if (text === undefined || socket.readyState !== WebSocket.OPEN) return clearTimeout(waiting)
        patience()
        socket.send(
          JSON.stringify({ type: 'say', clientId: this.#clientId(n), text, form: { name: this.name } })
        )
      }
      socket.on('open', () => {
        patience()
        socket.send(JSON.stringify({ type: 'hello', token: this.token }))
      })
      socket.on('message', (data: Buffer) => {
        const frame = JSON.parse(data.toString()) as VisitorServerFrame
        if (frame.type === 'ready') {
          this.#stand(frame.state.phase, frame.messages)
          if (this.confirmed.length > 0) this.resaid++
          say()
        } else if (frame.type === 'state') this.#stand(frame.state.phase, [])
        else if (frame.type === 'message') this.#stand(this.phase, [frame.message])
        else if (frame.type === 'said') {
          const n = this.confirmed.length
          if (frame.clientId !== this.#clientId(n)) return
          this.confirmed.push({ clientId: frame.clientId, text: this.lines[n] ?? '', id: frame.message.id })
          clearTimeout(waiting)
          setTimeout(say, this.#chance.between(50, 500))
        } else if (frame.type === 'refused') {
          if (!passing.has(frame.error)) this.refusals.push(`${this.name}: ${frame.error}`)
          setTimeout(say, 400)
        }
        if (this.phase === 'ended') socket.terminate()
      })
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearTimeout(waiting)
        resolve()
      })
    })
  }

  #stand(phase: string, messages: { id: string; mine: boolean; text: string }[]) {
    // Over only when everything was said: a hub may end what came before.
    this.phase = phase === 'ended' && this.confirmed.length < this.lines.length ? 'active' : phase
    for (const { id, mine, text } of messages) if (!mine) this.answers.set(id, text)
  }

  #clientId = (n: number) => `${this.name}-line-${String(n + 1)}`.padEnd(8, '-')
}
