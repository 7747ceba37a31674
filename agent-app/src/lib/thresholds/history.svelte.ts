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

/** Alerts of the past that one may see, page by page; the first page follows what happens. */
export class AlertHistory {
  items = $state.raw<Alert[] | null>(null)
  next = $state.raw<string | undefined>()
  failure = $state.raw<unknown>()
  busy = $state(false)
  #asked = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #filter: () => HistoryFilter

  constructor(filter: () => HistoryFilter) {
    this.#filter = filter
  }

  /** Keeps the first page true as long as the component that calls this while it starts. */
  use(): this {
    $effect(() => {
      void JSON.stringify(this.#filter())
      void this.read()
    })
    $effect(() => {
      const soon = () => {
        clearTimeout(this.#timer)
        this.#timer = setTimeout(() => void this.read(), burstMs)
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
  read = async (): Promise<void> => {
    await this.#ask(undefined)
  }

  more = async (): Promise<void> => {
    await this.#ask(this.next)
  }

  async #ask(after: string | undefined): Promise<void> {
    const mine = ++this.#asked
    const { kind, tone, subjectId } = this.#filter()
    this.busy = true
    try {
      const page = await call(listAlertHistory, {
        query: {
          state: 'ended',
          limit: 30,
          ...(after !== undefined && { after }),
          ...(kind === 'threshold' && { kind }),
          ...(tone && { tone }),
          ...(subjectId && { subjectId })
        }
      })
      if (mine !== this.#asked) return
      const known = after === undefined ? [] : (this.items ?? [])
      this.items = [...known, ...page.items]
      this.next = page.next
      this.failure = undefined
    } catch (error) {
      if (mine === this.#asked) this.failure = error
    } finally {
      if (mine === this.#asked) this.busy = false
    }
  }
}
