import { listAlertHistory, type Alert } from '@palabre/config/contract/alert'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'

export interface HistoryFilter {
  /** '' leaves nothing out. */
  kind: '' | 'threshold'
  tone: '' | 'warn' | 'danger'
  subjectId: string
}

const burstMs = 300
const pageSize = 30
/** As many as the hub gives at once. */
const mostAtOnce = 100

/** Alerts of the past that one may see, page by page; what is shown follows what happens. */
export class AlertHistory {
  items = $state.raw<Alert[] | null>(null)
  next = $state.raw<string | undefined>()
  failure = $state.raw<unknown>()
  /** A further page is on its way. */
  busy = $state(false)
  /** One question after the other: a page that was asked for is not undone by what happens meanwhile. */
  #turn: Promise<void> = Promise.resolve()
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #filter: () => HistoryFilter

  constructor(filter: () => HistoryFilter) {
    this.#filter = filter
  }

  /** Keeps what is shown true as long as the component that calls this while it starts. */
  use(): this {
    $effect(() => {
      void JSON.stringify(this.#filter())
      void this.read()
    })
    $effect(() => {
      const soon = () => {
        clearTimeout(this.#timer)
        this.#timer = setTimeout(() => void this.#again(), burstMs)
      }
      const stops = [
        live.on('alert.changed', soon),
        live.on('setting.changed', ({ resource }) => resource === 'alert' && soon()),
        live.keep(soon)
      ]
      return () => {
        clearTimeout(this.#timer)
        for (const stop of stops) stop()
      }
    })
    return this
  }

  /** The first page, anew. */
  read = (): Promise<void> => this.#inTurn(() => this.#ask(pageSize))

  more = (): Promise<void> =>
    this.#inTurn(async () => {
      if (this.next === undefined) return
      this.busy = true
      await this.#ask(pageSize, this.next)
      this.busy = false
    })

  /** What is shown, anew, a hundred at most: whoever has read on keeps their place. */
  #again(): Promise<void> {
    return this.#inTurn(() => this.#ask(Math.min(Math.max(this.items?.length ?? 0, pageSize), mostAtOnce)))
  }

  #inTurn(ask: () => Promise<void>): Promise<void> {
    return (this.#turn = this.#turn.then(ask))
  }

  async #ask(limit: number, after?: string): Promise<void> {
    const { kind, tone, subjectId } = this.#filter()
    try {
      const page = await call(listAlertHistory, {
        query: {
          state: 'ended',
          limit,
          ...(after !== undefined && { after }),
          ...(kind === 'threshold' && { kind }),
          ...(tone && { tone }),
          ...(subjectId && { subjectId })
        }
      })
      this.items = after === undefined ? page.items : [...(this.items ?? []), ...page.items]
      this.next = page.next
      this.failure = undefined
    } catch (error) {
      this.failure = error
    }
  }
}
