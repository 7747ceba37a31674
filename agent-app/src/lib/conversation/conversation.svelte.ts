import type { Contact } from '@palabre/config/contract/contact'
import {
  markRead,
  readInteraction,
  type Conversation,
  type Interaction,
  type LogEntry
} from '@palabre/config/contract/interaction'
import { listMessages, reactToMessage, type Message } from '@palabre/config/contract/message'
import { ThreadCalls } from '../call/thread-calls.svelte.ts'
import { call } from '../call.ts'
import { outbox } from '../composer/outbox.svelte.ts'
import { directory } from '../inbox/directory.svelte.ts'
import { inbox } from '../inbox/inbox.svelte.ts'
import { isAsked } from '../inbox/shelf.ts'
import { live } from '../live.svelte.ts'
import { session } from '../session.svelte.ts'
import { firstUnread, place } from './timeline.ts'

const pageSize = 50
/** Who does not say again that she writes has stopped. */
const typingMs = 6000

/** Changes after which the story has new lines; messages alone write none. */
const storyOf = ({
  state,
  agentId,
  queueId,
  snoozedUntil,
  wrapUp,
  rating,
  offer,
  customerOnline,
  priority,
  suggestion,
  consults
}: Interaction) =>
  [
    state,
    agentId,
    queueId,
    snoozedUntil,
    wrapUp?.until,
    rating?.score,
    offer?.id,
    customerOnline,
    priority,
    suggestion,
    ...consults.map(({ id }) => id)
  ].join()

/** One interaction with its whole conversation, live while it is on screen. */
export class OpenConversation {
  readonly id: string
  readonly calls: ThreadCalls
  interaction = $state.raw<Interaction | null>(null)
  conversation = $state.raw<Conversation | null>(null)
  contact = $state.raw<Contact | null>(null)
  log = $state.raw<LogEntry[]>([])
  messages = $state.raw<Message[]>([])
  state = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<unknown>()
  loadingOlder = $state(false)
  /** First message that was unseen when the conversation was opened. */
  newFrom = $state<string | null>(null)
  /** Who writes now: name by key. */
  typing = $state.raw<ReadonlyMap<string, { name: string; by: 'contact' | 'agent' }>>(new Map())
  #older = $state<string | undefined>()
  #touched: Set<string> | null = null
  #typingTimers = new Map<string, ReturnType<typeof setTimeout>>()
  #rereading: ReturnType<typeof setTimeout> | undefined

  constructor(id: string) {
    this.id = id
    this.calls = new ThreadCalls(id)
    // What the list knows shows at once; the rest comes.
    this.interaction = inbox.get(id) ?? null
  }

  /** Everything from the beginning is loaded. */
  get complete(): boolean {
    return this.state === 'ready' && this.#older === undefined
  }

  get isMine(): boolean {
    const agentId = session.me?.agent?.id
    return !!agentId && this.interaction?.agentId === agentId && this.interaction.state === 'active'
  }

  /** Messages to be read; what a call or a voicemail has to tell is shown with it. */
  get written(): Message[] {
    // Who only asked to be called said nothing else: the bar above tells it.
    if (this.interaction?.medium === 'callback')
      return this.messages.filter(
        ({ kind, text, attachments }) => kind !== 'in' || text !== '' || attachments.length > 0
      )
    if (!this.calls.tellsAll) return this.messages
    return this.messages.filter(
      ({ kind, interactionId, attachments }) =>
        kind !== 'in' || interactionId !== this.id || attachments.length > 0
    )
  }

  /** It is a colleague's, who asks about it: notes only. */
  get isAsked(): boolean {
    return !!this.interaction && isAsked(this.interaction, session.me?.agent?.id ?? null)
  }

  /** Follows it until the function that it gives is called. */
  start(): () => void {
    const stops = [
      live.on(
        'interaction.changed',
        ({ interaction }) => interaction.id === this.id && this.take(interaction)
      ),
      live.on('message.changed', ({ message }) => this.takeMessage(message)),
      live.on('contact.changed', ({ contact }) => {
        if (contact.id === this.contact?.id && contact.version >= this.contact.version) this.contact = contact
      }),
      live.on('typing.changed', (frame) => {
        if (frame.interactionId !== this.id) return
        if (frame.by === 'agent' && frame.agentId === session.me?.agent?.id) return
        this.#hearTyping(`${frame.by}-${frame.agentId ?? ''}`, frame.name, frame.by, frame.on)
      }),
      outbox.hear((message) => this.takeMessage(message)),
      this.calls.start(),
      live.watch(`interaction:${this.id}`),
      live.keep(() => void this.read())
    ]
    return () => {
      clearTimeout(this.#rereading)
      for (const timer of this.#typingTimers.values()) clearTimeout(timer)
      stops.forEach((stop) => stop())
    }
  }

  read = async (): Promise<void> => {
    const touched = new Set<string>()
    this.#touched = touched
    try {
      const reply = await call(readInteraction, { params: { id: this.id } })
      const first = this.state !== 'ready'
      this.take(reply.interaction)
      this.conversation = reply.conversation
      this.contact = reply.contact
      this.log = reply.log
      const known = new Set(this.messages.map(({ id }) => id))
      const gap = !first && !reply.messages.items.some(({ id }) => known.has(id)) && known.size > 0
      const fresh = reply.messages.items.filter(({ id }) => !touched.has(id))
      // After a long absence the pages do not meet: what was loaded before is read again when it is scrolled to.
      const base = gap ? this.messages.filter(({ id }) => touched.has(id)) : this.messages
      this.messages = place(base, fresh)
      if (first || gap) this.#older = reply.messages.next
      if (first) this.newFrom = firstUnread(this.messages, reply.interaction.unread)
      this.state = 'ready'
      this.error = undefined
      if (isSpoken(reply.interaction)) void this.calls.read()
    } catch (error) {
      if (this.state === 'ready') return
      this.error = error
      this.state = 'failed'
    } finally {
      if (this.#touched === touched) this.#touched = null
    }
  }

  retry = (): void => {
    this.state = 'loading'
    void this.read()
  }

  /** Reads the page before the first message that is shown. */
  loadOlder = async (): Promise<void> => {
    const conversationId = this.conversation?.id
    if (!this.#older || this.loadingOlder || !conversationId) return
    this.loadingOlder = true
    try {
      const { items, next } = await call(listMessages, {
        params: { id: conversationId },
        query: { before: this.#older, limit: pageSize }
      })
      this.messages = place(items, this.messages)
      this.#older = next
    } finally {
      this.loadingOlder = false
    }
  }

  /** Loads back to an earlier message; false when the conversation has none such. */
  loadTo = async (messageId: string): Promise<boolean> => {
    const isThere = () => this.messages.some(({ id }) => id === messageId)
    while (!isThere() && !this.complete) await this.loadOlder()
    return isThere()
  }

  /** Puts our emoji on a message of the customer's, shown at once; '' takes it back. Throws what the hub refuses. */
  react = async (message: Message, emoji: string): Promise<void> => {
    const theirs = message.reactions?.filter(({ by }) => by === 'contact') ?? []
    const byId = session.me?.agent?.id ?? null
    const ours = emoji ? [{ by: 'agent' as const, byId, emoji }] : []
    this.takeMessage({ ...message, reactions: [...theirs, ...ours] })
    try {
      this.takeMessage(await call(reactToMessage, { params: { id: message.id }, body: { emoji } }))
    } catch (error) {
      this.takeMessage(message)
      throw error
    }
  }

  take(interaction: Interaction): void {
    const before = this.interaction
    if (before && before.version > interaction.version) return
    this.interaction = interaction
    if (before && this.state === 'ready' && storyOf(before) !== storyOf(interaction)) {
      clearTimeout(this.#rereading)
      this.#rereading = setTimeout(() => void this.read(), 150)
    }
  }

  takeMessage(message: Message): void {
    const ours =
      message.interactionId === this.id || message.conversationId === this.interaction?.conversationId
    const held = this.messages.some(({ id }) => id === message.id)
    if (!ours) {
      // Split off: it belongs to another conversation now.
      if (held) this.messages = this.messages.filter(({ id }) => id !== message.id)
      return
    }
    this.#touched?.add(message.id)
    if (message.kind === 'in') {
      this.#hearTyping('contact-', '', 'contact', false)
      // The marker stands before the first message that came while nobody looked.
      if (!held && !this.newFrom && !isLookedAt()) this.newFrom = message.id
    }
    this.messages = place(this.messages, [message])
  }

  /** Tells the hub that what the customer wrote was seen. */
  markRead = async (): Promise<void> => {
    if (!this.isMine || !this.interaction?.unread) return
    const seen = this.interaction
    try {
      await call(markRead, { params: { id: this.id } })
    } catch {
      // It stays unread and is tried again with the next message.
      this.interaction = this.interaction ?? seen
    }
  }

  #hearTyping(key: string, name: string, by: 'contact' | 'agent', on: boolean): void {
    clearTimeout(this.#typingTimers.get(key))
    const next = new Map(this.typing)
    if (on) {
      next.set(key, { name, by })
      this.#typingTimers.set(
        key,
        setTimeout(() => this.#hearTyping(key, name, by, false), typingMs)
      )
    } else if (!next.delete(key)) return
    this.typing = next
  }
}

/** Somebody may have talked in it: it came over a line, or is worked by telephone. */
function isSpoken({ medium, channel }: Interaction): boolean {
  const kind = directory.channel(channel)?.medium ?? 'voice'
  return kind === 'voice' || medium === 'voice' || medium === 'callback'
}

/** The tab is in front and the window has the focus. */
export const isLookedAt = (): boolean => document.visibilityState === 'visible' && document.hasFocus()
