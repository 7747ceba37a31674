import { acknowledgeAlert, listAlerts, type Alert } from '@palabre/config/contract/alert'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'

/** What is wrong now, and what was in the last week, kept true while something on screen uses it. */
class Alerts {
  #items = $state.raw<Alert[] | null>(null)
  #failure = $state.raw<unknown>()
  #users = 0
  #stop = () => {}

  /** null until the first reading; newest first. */
  get items(): readonly Alert[] | null {
    return this.#items
  }

  get failure(): unknown {
    return this.#failure
  }

  /** Those that last, the worst first. */
  readonly open = $derived(
    (this.#items ?? [])
      .filter(({ endedAt }) => endedAt === null)
      .sort((a, b) => Number(b.tone === 'danger') - Number(a.tone === 'danger'))
  )
  /** Those that nobody looks after yet. */
  readonly calling = $derived(this.open.filter(({ acknowledgedBy }) => acknowledgedBy === null))
  readonly past = $derived((this.#items ?? []).filter(({ endedAt }) => endedAt !== null))

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

  read = async (): Promise<void> => {
    try {
      this.#items = (await call(listAlerts)).items
      this.#failure = undefined
    } catch (error) {
      this.#failure = error
    }
  }

  /** Says that the reader looks after it. @throws {Refusal} */
  async acknowledge({ id }: Alert): Promise<void> {
    this.#put(await call(acknowledgeAlert, { params: { id } }))
  }

  #open(): void {
    const stops = [
      live.on('alert.changed', ({ alert }) => this.#put(alert)),
      live.watch('accounts'),
      live.keep(() => void this.read())
    ]
    this.#stop = () => stops.forEach((stop) => stop())
  }

  #put(alert: Alert): void {
    const others = (this.#items ?? []).filter(({ id }) => id !== alert.id)
    const known = this.#items?.find(({ id }) => id === alert.id)
    if (known && known.version > alert.version) return
    this.#items = [alert, ...others].sort((a, b) => b.raisedAt.localeCompare(a.raisedAt))
  }
}

export const alerts = new Alerts()
