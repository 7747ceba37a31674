import { listFloorAnswers, type FloorAnswer } from '@palabre/config/contract/floor-message'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'

/** What was said about one message on one side, kept true from `start` until what it gives is called. */
export class FloorThread {
  #items = $state.raw<FloorAnswer[] | null>(null)
  #failure = $state.raw<unknown>()
  #next = $state<string | undefined>()
  readonly #messageId: string
  readonly #agentId: string | undefined

  /** `agentId`: whose side; one's own when it is left out. */
  constructor(messageId: string, agentId?: string) {
    this.#messageId = messageId
    this.#agentId = agentId
  }

  /** In the order in which it was said; null until the first reading. */
  get items(): readonly FloorAnswer[] | null {
    return this.#items
  }
  get failure(): unknown {
    return this.#failure
  }
  get hasMore(): boolean {
    return this.#next !== undefined
  }

  start(): () => void {
    const stops = [
      live.on('floorMessage.answered', ({ answer }) => this.take(answer)),
      live.keep(() => void this.read(), { atOnce: true })
    ]
    return () => stops.forEach((stop) => stop())
  }

  read = async (): Promise<void> => {
    try {
      const { items, next } = await this.#page()
      this.#items = []
      this.#put(items)
      this.#next = next
      this.#failure = undefined
    } catch (error) {
      this.#failure = error
    }
  }

  /** @throws {Refusal} */
  older = async (): Promise<void> => {
    const { items, next } = await this.#page(this.#next)
    this.#put(items)
    this.#next = next
  }

  take(answer: FloorAnswer): void {
    const isMine = this.#agentId === undefined || this.#agentId === answer.agentId
    if (answer.messageId === this.#messageId && isMine) this.#put([answer])
  }

  #page = (after?: string) =>
    call(listFloorAnswers, { params: { id: this.#messageId }, query: { agentId: this.#agentId, after } })

  #put(answers: readonly FloorAnswer[]): void {
    const known = this.#items ?? []
    const fresh = answers.filter(({ id }) => !known.some((one) => one.id === id))
    this.#items = [...known, ...fresh].sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id))
  }
}
