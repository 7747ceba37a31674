import type { VisitorClaim } from '../../../../channel.ts'
import type { Attachment } from '@palabre/config/contract/message'
import type { VisitorMessage, VisitorServerFrame, VisitorState } from '@palabre/config/contract/visitor'
import type { Appearance } from '../../../appearance.ts'
import { Draft } from './draft.svelte.ts'
import { Refusal, type Hub } from './hub.ts'
import type { Memory } from './memory.ts'
import { mayPass, openVisit, pauseBefore, type Greeting, type Opened } from './opening.ts'
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
  /** Name of the refusal that keeps the visit from opening; `unreachable` is tried again. */
  trouble = $state<string | null>(null)
  /** The hub will not have this page, now or later. */
  isShut = $state(false)
  /** A refusal of something that is no message, for a moment. */
  notice = $state<string | null>(null)
  /** The site has proved who this is. */
  isIdentified = $state(false)
  /** The ended chat was put away: the next message begins another. */
  isAnew = $state(false)
  /** The first message was written; the form before it has done its work. */
  isBegun = $state(false)
  readonly memory: Memory
  readonly hub: Hub
  readonly outbox: Outbox
  readonly draft: Draft
  readonly reading: Reading
  readonly typing: Typing
  readonly #socket: Socket
  readonly #greet: () => Greeting
  #token: string | null
  #wish: Wish | null = null
  #tries = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(hub: Hub, memory: Memory, greet: () => Greeting) {
    this.hub = hub
    this.memory = memory
    this.#greet = greet
    this.#token = memory.read<string>('token')
    this.appearance = memory.read<Appearance>('appearance')
    const tell = (frame: Parameters<Socket['send']>[0]) => this.#socket.send(frame)
    this.#socket = new Socket(hub.liveUrl, () => this.token, {
      frame: (frame) => this.#heard(frame),
      line: (line) => this.#lined(line)
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
    return this.#token ?? ''
  }

  /** Begins or resumes. Goes on trying while the hub is away; any other refusal is thrown, and ends it. */
  async open(identity?: VisitorClaim): Promise<void> {
    clearTimeout(this.#timer)
    try {
      const greeting = { ...this.#greet(), ...(identity ? { identity } : {}) }
      this.#adopt(await openVisit(this.hub, this.#token, greeting))
      if (identity) this.isIdentified = true
    } catch (error) {
      if (!(error instanceof Refusal) || identity) throw error
      this.trouble = error.error
      this.isShut = !mayPass(error)
      if (this.isShut) throw error
      this.#timer = setTimeout(() => this.#reopen(), pauseBefore(this.#tries++))
    }
  }

  /** Holds the line; without it nothing arrives before the next page. */
  attend(): void {
    if (this.#token) this.#socket.start()
  }

  /** Network or page are back. */
  check(): void {
    if (this.trouble) this.#reopen()
    this.#socket.check()
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
    this.#become(null)
    this.isIdentified = false
    await this.open()
  }

  #adopt(opened: Opened): void {
    const holdsLine = this.line !== 'idle'
    if (opened.token !== this.#token) this.#become(opened.token)
    this.memory.write('token', opened.token)
    this.memory.write('appearance', opened.appearance)
    this.appearance = opened.appearance as unknown as Appearance
    this.trouble = null
    this.isShut = false
    this.#tries = 0
    this.#stand(opened.state)
    this.#learn(opened.messages)
    const isUnderWay = opened.state.phase === 'queued' || opened.state.phase === 'active'
    if (holdsLine || isUnderWay || this.outbox.letters.length > 0) this.attend()
  }

  /** Nothing of one visitor may be shown to the next. */
  #become(token: string | null): void {
    this.#socket.stop()
    this.#token = token
    this.#wish = null
    this.state = null
    this.messages = []
    this.isAnew = this.isBegun = false
    this.typing.heard(false, '')
    this.outbox.reload()
    this.draft.reload()
    this.reading.reload()
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
      this.#reopen(true)
    } else if (clientId === null) {
      this.#wish = null
      this.notice = error
    } else if (error === 'too-many-requests' || error === 'starting-up') this.outbox.defer(clientId, 5_000)
    else this.outbox.refuse(clientId, error)
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
    if (line !== 'live') {
      this.outbox.interrupt()
      this.typing.heard(false, '')
    }
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
    if (name === 'token') this.#follow(this.memory.read<string>('token'))
    else if (name === 'read') this.reading.reload()
    else if (name.startsWith('out:')) this.outbox.reload()
    else if (name === 'draft' && document.visibilityState === 'hidden') this.draft.reload()
  }

  #follow(token: string | null): void {
    if (token === this.#token || token === null) return
    const heldLine = this.line !== 'idle'
    this.#become(token)
    this.#reopen(heldLine)
  }

  /** What keeps it from opening is in `trouble`. */
  #reopen(attend = false): void {
    void this.open().then(
      () => attend && this.attend(),
      () => {}
    )
  }
}
