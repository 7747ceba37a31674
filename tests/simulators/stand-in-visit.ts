import { randomBytes } from 'node:crypto'
import type { Attachment } from '@palabre/config/contract/message'
import {
  VisitorFrame,
  type VisitorMessage,
  type VisitorServerFrame,
  type VisitorState
} from '@palabre/config/contract/visitor'
import { Value } from 'typebox/value'
import type { WebSocket } from 'ws'
import type { VisitorHub } from './visitor-hub.ts'

type Frame<T extends VisitorFrame['type']> = Extract<VisitorFrame, { type: T }>

/** One visitor at the stand-in hub: her chat, her sockets, and what she did. */
export class StandInVisit {
  /** Every opening gives another one; all of them are good. */
  readonly tokens = new Set<string>()
  readonly visitorId: string
  readonly sockets = new Set<WebSocket>()
  /** How many sockets there have been. */
  connections = 0
  readonly frames: VisitorFrame[] = []
  readonly files = new Map<string, { attachment: Attachment; content: Uint8Array }>()
  messages: VisitorMessage[] = []
  state: VisitorState = {
    phase: 'new',
    name: '',
    email: '',
    agentName: null,
    position: null,
    estimatedWaitS: null,
    suggestion: null,
    opensAt: null,
    rating: null,
    canTranscript: true
  }
  /** Stores the next message, and loses the line before saying so. */
  losesNextAnswer = false
  repeats = 0
  readonly #hub: VisitorHub

  constructor(hub: VisitorHub, visitorId: string) {
    this.#hub = hub
    this.visitorId = visitorId
  }

  /** What the visitor wrote, in order. */
  get said(): string[] {
    return this.messages.filter((message) => message.mine).map((message) => message.text)
  }

  renewToken(): string {
    const token = randomBytes(24).toString('base64url')
    this.tokens.add(token)
    return token
  }

  framesOf<T extends VisitorFrame['type']>(type: T): Frame<T>[] {
    return this.frames.filter((frame): frame is Frame<T> => frame.type === type)
  }

  attend(socket: WebSocket): void {
    this.sockets.add(socket)
    this.connections++
    socket.on('close', () => this.sockets.delete(socket))
    socket.on('message', (data) => void this.#heard(socket, String(data)))
    this.#send(socket, { type: 'ready', state: this.state, messages: this.messages })
  }

  /** Changes where the visitor stands, and tells her. */
  stand(change: Partial<VisitorState>): void {
    this.state = { ...this.state, ...change }
    this.tell({ type: 'state', state: this.state })
  }

  /** An agent takes the chat. */
  join(agentName: string): void {
    this.stand({ phase: 'active', agentName, position: null, estimatedWaitS: null })
  }

  answer(text: string, attachments: Attachment[] = [], at = new Date()): VisitorMessage {
    const authorName = this.state.agentName ?? 'Palabre'
    const message = this.#store({ clientId: null, mine: false, authorName, text, attachments }, at)
    this.tell({ type: 'message', message })
    return message
  }

  types(on: boolean): void {
    this.tell({ type: 'typing', on, name: this.state.agentName ?? '' })
  }

  /** The agent's side has got the visitor's messages so far. */
  receipt(state: 'delivered' | 'read'): void {
    this.messages = this.messages.map((message) => (message.mine ? { ...message, state } : message))
    for (const message of this.messages.filter((one) => one.mine)) this.tell({ type: 'message', message })
  }

  tell(frame: VisitorServerFrame): void {
    for (const socket of this.sockets) this.#send(socket, frame)
  }

  keepFile(name: string, type: string, content: Uint8Array): Attachment {
    const id = randomBytes(12).toString('hex')
    const url = `/api/visitor/${this.#hub.account.id}/attachments/${id}`
    const attachment = { id, name, type, size: content.length, inline: false, url }
    this.files.set(id, { attachment, content })
    return attachment
  }

  async upload(contentType: string, body: Buffer): Promise<Attachment> {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'Content-Type': contentType }
    }).formData()
    const file = form.get('file')
    if (!(file instanceof File)) throw new Error('The upload has no field "file"')
    return this.keepFile(file.name, file.type, new Uint8Array(await file.arrayBuffer()))
  }

  async #heard(socket: WebSocket, data: string): Promise<void> {
    const frame: unknown = JSON.parse(data)
    if (!Value.Check(VisitorFrame, frame)) return void this.#hub.violations.push(data)
    if (this.#hub.isSilent) return
    if (this.#hub.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.#hub.delay))
    this.frames.push(frame)
    const refused = this.#hub.refusal(frame.type)
    if (refused) {
      const clientId = frame.type === 'say' ? frame.clientId : null
      return this.#send(socket, { type: 'refused', clientId, error: refused, message: refused })
    }
    if (frame.type === 'ping') this.#send(socket, { type: 'pong' })
    else if (frame.type === 'say') this.#say(socket, frame)
    else if (frame.type === 'end') this.stand({ phase: 'ended', position: null, estimatedWaitS: null })
    else if (frame.type === 'rate') this.stand({ rating: frame.score })
    else if (frame.type === 'seen') this.#seen(frame)
  }

  #say(socket: WebSocket, { clientId, text, attachmentIds = [], form }: Frame<'say'>): void {
    const known = this.messages.find((message) => message.clientId === clientId)
    if (known) {
      this.repeats++
      return this.#send(socket, { type: 'said', clientId, message: known })
    }
    const attachments = attachmentIds.map((id) => this.files.get(id)!.attachment)
    const message = this.#store({ clientId, mine: true, authorName: '', text, attachments }, new Date())
    if (this.losesNextAnswer) {
      this.losesNextAnswer = false
      return socket.terminate()
    }
    this.#send(socket, { type: 'said', clientId, message })
    for (const other of this.sockets) if (other !== socket) this.#send(other, { type: 'message', message })
    if (this.state.phase === 'new' || this.state.phase === 'ended') {
      const { name = this.state.name, email = this.state.email } = form ?? {}
      this.stand({
        phase: 'queued',
        name,
        email,
        position: 3,
        estimatedWaitS: 240,
        rating: null,
        agentName: null
      })
    }
  }

  #seen({ messageId, read }: Frame<'seen'>): void {
    const upTo = this.messages.findIndex((message) => message.id === messageId)
    this.messages = this.messages.map((message, index) =>
      message.mine || index > upTo ? message : { ...message, state: read ? 'read' : 'delivered' }
    )
  }

  #store(message: Omit<VisitorMessage, 'id' | 'state' | 'at'>, at: Date): VisitorMessage {
    const id = (this.messages.length + 1).toString(16).padStart(24, '0')
    const stored: VisitorMessage = { ...message, id, state: 'sent', at: at.toISOString() }
    this.messages = [...this.messages, stored]
    return stored
  }

  #send(socket: WebSocket, frame: VisitorServerFrame): void {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame))
  }
}
