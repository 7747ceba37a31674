import {
  answerFloorMessage,
  endHelp,
  listFloorMessages,
  readFloorMessage,
  requestHelp,
  takeHelp,
  writeFloorMessage,
  type Audience,
  type FloorAnswer,
  type FloorMessage
} from '@palabre/config/contract/floor-message'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'

/** Something that was not there before: what a screen may say aloud. */
export type News =
  | { kind: 'message' | 'help'; message: FloorMessage }
  | { kind: 'answer'; message: FloorMessage; answer: FloorAnswer }
  | { kind: 'taken' | 'ended'; message: FloorMessage }

const freshId = () => crypto.randomUUID()

/** Words of the floor that concern the reader, kept true while something on screen uses it. */
class FloorMessages {
  #byId = $state.raw<ReadonlyMap<string, FloorMessage>>(new Map())
  #read = $state(false)
  #failure = $state.raw<unknown>()
  #next = $state<string | undefined>()
  #users = 0
  #stop = () => {}
  readonly #hearers = new Set<(news: News) => void>()

  /** The latest activity first; null until the first reading. */
  readonly items = $derived(
    this.#read ? [...this.#byId.values()].toSorted((a, b) => b.lastAt.localeCompare(a.lastAt)) : null
  )
  readonly unread = $derived((this.items ?? []).filter(({ unread }) => unread))
  /** What the reader has to say that they took note of, the oldest first. */
  readonly urgent = $derived((this.items ?? []).filter(({ awaitsYou }) => awaitsYou).toReversed())
  /** Help that is wanted of the reader: what nobody has taken first, then the oldest. */
  readonly help = $derived(
    (this.items ?? [])
      .filter(({ help, seenAs }) => help?.endedAt === null && seenAs === 'lead')
      .toSorted(
        (a, b) =>
          Number(Boolean(a.help?.takenBy)) - Number(Boolean(b.help?.takenBy)) || a.at.localeCompare(b.at)
      )
  )
  /** Help that the reader asked for. */
  readonly asked = $derived(
    (this.items ?? []).filter(({ help, seenAs }) => help?.endedAt === null && seenAs === 'self')
  )

  get failure(): unknown {
    return this.#failure
  }
  get hasMore(): boolean {
    return this.#next !== undefined
  }

  get = (id: string | null | undefined): FloorMessage | undefined => (id ? this.#byId.get(id) : undefined)

  /** Keeps them true as long as the component that calls this while it starts. */
  use(): this {
    $effect(() => {
      if (this.#users++ === 0) this.#open()
      return () => {
        if (--this.#users === 0) this.#stop()
      }
    })
    return this
  }

  /** Hears what is new until the function that it gives is called. */
  onNews(hear: (news: News) => void): () => void {
    this.#hearers.add(hear)
    return () => this.#hearers.delete(hear)
  }

  read = async (): Promise<void> => {
    try {
      const [page, open] = await Promise.all([
        call(listFloorMessages),
        call(listFloorMessages, { query: { open: true, limit: 100 } })
      ])
      this.#byId = new Map()
      this.#put([...page.items, ...open.items])
      this.#next = page.next
      this.#failure = undefined
      this.#read = true
    } catch (error) {
      this.#failure = error
    }
  }

  /** @throws {Refusal} */
  more = async (): Promise<void> => {
    const { items, next } = await call(listFloorMessages, { query: { after: this.#next } })
    this.#put(items)
    this.#next = next
  }

  /** @throws {Refusal} unknown-reference when nobody would get it */
  async write(
    audience: Audience,
    text: string,
    importance: FloorMessage['importance']
  ): Promise<FloorMessage> {
    const body = { clientId: freshId(), audience, text, importance }
    return this.#take(await call(writeFloorMessage, { body }))
  }

  /** On the side of one agent; one's own when it is left out. @throws {Refusal} */
  answer = (id: string, text: string, agentId?: string): Promise<FloorAnswer> =>
    call(answerFloorMessage, { params: { id }, body: { clientId: freshId(), text, agentId } })

  /** @throws {Refusal} */
  async markRead(id: string, acknowledged = false): Promise<void> {
    this.#take(await call(readFloorMessage, { params: { id }, body: { acknowledged } }))
  }

  /** @throws {Refusal} not-yours, already-exists */
  async ask(interactionId: string | null, text: string): Promise<FloorMessage> {
    return this.#take(await call(requestHelp, { body: { clientId: freshId(), interactionId, text } }))
  }

  /** @throws {Refusal} wrong-state when somebody was faster */
  async takeHelp(id: string): Promise<void> {
    this.#take(await call(takeHelp, { params: { id } }))
  }

  /** @throws {Refusal} */
  async endHelp(id: string): Promise<void> {
    this.#take(await call(endHelp, { params: { id } }))
  }

  #open(): void {
    const stops = [
      live.on('floorMessage.changed', ({ message }) => {
        const before = this.#byId.get(message.id)
        this.#take(message)
        this.#tell(before, message)
      }),
      live.on('floorMessage.answered', ({ answer }) => {
        const message = this.#byId.get(answer.messageId)
        if (message && answer.byAgent === (message.seenAs === 'lead'))
          this.#say({ kind: 'answer', message, answer })
      }),
      live.keep(() => void this.read())
    ]
    this.#stop = () => stops.forEach((stop) => stop())
  }

  #tell(before: FloorMessage | undefined, message: FloorMessage): void {
    const { help, seenAs } = message
    if (!this.#read) return
    if (!before) {
      if (message.unread) this.#say({ kind: message.kind, message })
    } else if (help && seenAs === 'self' && before.help) {
      if (help.endedAt && !before.help.endedAt) {
        if (help.end !== 'withdrawn') this.#say({ kind: 'ended', message })
      } else if (help.takenBy && !before.help.takenBy) this.#say({ kind: 'taken', message })
    }
  }

  #say(news: News): void {
    for (const hear of this.#hearers) hear(news)
  }

  #take(message: FloorMessage): FloorMessage {
    this.#put([message])
    return message
  }

  #put(messages: readonly FloorMessage[]): void {
    const byId = new Map(this.#byId)
    for (const message of messages)
      if ((byId.get(message.id)?.version ?? -1) <= message.version) byId.set(message.id, message)
    this.#byId = byId
  }
}

export const floorMessages = new FloorMessages()
