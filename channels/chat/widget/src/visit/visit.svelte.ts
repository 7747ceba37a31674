import type { VisitorClaim } from '../../../../channel.ts'
import type { Attachment } from '@palabre/config/contract/message'
import type { VisitorMessage, VisitorServerFrame, VisitorState } from '@palabre/config/contract/visitor'
import type { Appearance } from '../../../appearance.ts'
import { Door, type Greeting } from './door.svelte.ts'
import { Draft } from './draft.svelte.ts'
import type { Hub } from './hub.ts'
import type { Memory } from './memory.ts'
import { mergeMessages } from './merge-messages.ts'
import { Outbox, type Answers, type Letter } from './outbox.svelte.ts'
import { Reading } from './reading.svelte.ts'
import { Socket, type Line } from './socket.ts'
import { Typing } from './typing.svelte.ts'

/** What the visitor decided and the hub has not answered with a state yet. */
type Wish = { type: 'end' } | { type: 'rate'; score: number; comment?: string }

/** One visitor at one account: what the hub says of her chat, and what she does. */
export class Visit {
  appearance = $state.raw<Appearance | null>(null)
  state = $state.raw<VisitorState | null>(null)
  messages = $state.raw<VisitorMessage[]>([])
  line = $state<Line>('idle')
  /** A refusal of something that is no message. */
  notice = $state<string | null>(null)
  /** The ended chat was put away: the next message begins another. */
  isAnew = $state(false)
  /** The first message was written; the form before it has done its work. */
  isBegun = $state(false)
  readonly memory: Memory
  readonly hub: Hub
  readonly door: Door
  readonly outbox: Outbox
  readonly draft: Draft
  readonly reading: Reading
  readonly typing: Typing
  readonly #socket: Socket
  #wish: Wish | null = null

  constructor(hub: Hub, memory: Memory, greet: () => Greeting) {
    this.hub = hub
    this.memory = memory
    this.appearance = memory.read<Appearance>('appearance')
    const tell = (frame: Parameters<Socket['send']>[0]) => this.#socket.send(frame)
    this.#socket = new Socket(hub.liveUrl, () => this.token, {
      frame: (frame) => this.#heard(frame),
      line: (line) => this.#lined(line)
    })
    this.door = new Door(hub, memory, greet, (opened, isSomebodyElse) => {
      if (isSomebodyElse) this.#clear()
      memory.write('appearance', opened.appearance)
      this.appearance = opened.appearance as unknown as Appearance
      this.#stand(opened.state)
      this.#learn(opened.messages)
      const isUnderWay = opened.state.phase === 'queued' || opened.state.phase === 'active'
      if (isUnderWay || this.outbox.letters.length > 0) this.attend()
    })
    this.outbox = new Outbox(
      memory,
      (letter) => this.#post(letter),
      () => this.#socket.restart()
    )
    this.draft = new Draft(memory, hub)
    this.reading = new Reading(memory, () => this.messages, tell)
    this.typing = new Typing(tell)
    memory.onChange((name) => this.#elsewhere(name))
  }

  get token(): string {
    return this.door.token
  }

  /** Holds the line; without it nothing arrives before the next page. */
  attend(): void {
    if (this.token) this.#socket.start()
  }

  /** Network or page are back, or the visitor does not want to wait. */
  check(): void {
    if (this.door.trouble) void this.#reopen(this.line !== 'idle')
    this.#socket.check()
  }

  /** Says who is on the page. Rejects with a Refusal when the hub does not believe it. */
  async identify(claim: VisitorClaim): Promise<void> {
    const heldLine = this.line !== 'idle'
    await this.door.open(claim)
    if (heldLine) this.attend()
  }

  /** Says something, now or as soon as there is a line. */
  say(text: string, attachments: Attachment[] = [], form?: Answers): void {
    this.typing.stop()
    this.isBegun = true
    this.outbox.add(text, attachments, form)
    this.attend()
  }

  discard(clientId: string): void {
    this.outbox.remove(clientId)
    this.isBegun = this.outbox.letters.length > 0
  }

  end(): void {
    this.#want({ type: 'end' })
  }

  rate(score: number, comment: string): void {
    this.#want({ type: 'rate', score, ...(comment.trim() === '' ? {} : { comment: comment.trim() }) })
  }

  /** Forgets the visitor in this browser, and starts as somebody new: for when she logs out of the site. */
  async forget(): Promise<void> {
    this.memory.forget()
    this.door.forget()
    this.#clear()
    await this.door.open()
  }

  /** Nothing of one visitor may be shown to the next. */
  #clear(): void {
    this.#socket.stop()
    this.#wish = null
    this.state = null
    this.messages = []
    this.isAnew = this.isBegun = false
    this.typing.heard(false, '')
    this.outbox.reload()
    this.draft.reload()
    this.reading.reload()
  }

  async #reopen(attends: boolean): Promise<void> {
    await this.door.reopen()
    if (attends) this.attend()
  }

  #heard(frame: VisitorServerFrame): void {
    if (frame.type === 'ready') {
      this.#stand(frame.state)
      this.#learn(frame.messages)
      this.outbox.pump()
      if (this.#wish) this.#socket.send(this.#wish)
    } else if (frame.type === 'state') this.#stand(frame.state)
    else if (frame.type === 'message') this.#learn([frame.message])
    else if (frame.type === 'said') {
      this.#learn([frame.message])
      this.outbox.settle(frame.clientId)
    } else if (frame.type === 'typing') this.typing.heard(frame.on, frame.name)
    else if (frame.type === 'refused') this.#refused(frame.clientId, frame.error)
  }

  #refused(clientId: string | null, error: string): void {
    if (error === 'visitor-rejected') {
      this.#socket.stop()
      this.door.forget()
      void this.#reopen(true)
    } else if (clientId === null) {
      this.#wish = null
      this.notice = error
    } else if (error === 'too-many-requests' || error === 'starting-up') this.outbox.defer(clientId, 5_000)
    else {
      this.outbox.refuse(clientId, error)
      if (error === 'outside-hours') void this.#closed(clientId)
    }
  }

  /** Hours ended while she wrote: her words go into the form for when it is closed. */
  async #closed(clientId: string): Promise<void> {
    await this.door.reopen()
    const letter = this.outbox.letters.find((one) => one.clientId === clientId)
    if (this.state?.phase !== 'closed-now' || !letter || this.draft.text !== '') return
    this.draft.text = letter.text
    this.draft.keep()
    this.discard(clientId)
  }

  #stand(state: VisitorState): void {
    const isNews = this.state?.phase !== state.phase
    this.state = state
    if (state.phase !== 'ended') this.isAnew = false
    else if (isNews) this.isBegun = false
    if (this.#wish?.type === 'end' && (state.phase === 'ended' || state.phase === 'new')) this.#wish = null
    if (this.#wish?.type === 'rate' && state.rating !== null) this.#wish = null
  }

  #learn(messages: VisitorMessage[]): void {
    for (const message of messages) {
      if (message.mine && message.clientId) this.outbox.settle(message.clientId)
      if (!message.mine) this.typing.heard(false, '')
    }
    this.messages = mergeMessages(this.messages, messages)
    this.reading.notice()
  }

  #lined(line: Line): void {
    this.line = line
    if (line === 'live') return
    this.outbox.interrupt()
    this.typing.heard(false, '')
  }

  #post({ clientId, text, attachments, form }: Letter): boolean {
    const attachmentIds = attachments.map((attachment) => attachment.id)
    return this.#socket.send({
      type: 'say',
      clientId,
      text,
      ...(attachmentIds.length > 0 ? { attachmentIds } : {}),
      ...(form ? { form } : {})
    })
  }

  #want(wish: Wish): void {
    this.#wish = wish
    this.notice = null
    this.attend()
    this.#socket.send(wish)
  }

  /** Another tab of the site did something. */
  #elsewhere(name: string): void {
    if (name === 'visitor' && this.door.isBehind()) {
      const heldLine = this.line !== 'idle'
      this.#clear()
      void this.#reopen(heldLine)
    } else if (name === 'read') this.reading.reload()
    else if (name.startsWith('out:')) this.outbox.reload()
    else if (name === 'draft' && document.visibilityState === 'hidden') this.draft.reload()
  }
}
