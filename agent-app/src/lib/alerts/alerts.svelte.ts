import { acknowledgeAlert, listAlerts, type Alert } from '@palabre/config/contract/alert'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'
import { session } from '../session.svelte.ts'
import { playSound } from '../sound.ts'
import { isSilent } from './say-alert.ts'

/** Events come in bursts; one reading a burst is enough, in ms. Everybody who may see it reads: not all at once. */
const burstMs = 80
const spreadMs = 400

/** What is wrong now, and what was in the last week, kept true while something on screen uses it. */
class Alerts {
  #items = $state.raw<Alert[] | null>(null)
  #failure = $state.raw<unknown>()
  #users = 0
  #timer: ReturnType<typeof setTimeout> | undefined
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
      const before = this.#items
      this.#items = (await call(listAlerts)).items
      this.#failure = undefined
      if (before && this.#items.some((alert) => isNews(alert, before))) ring()
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
      // Of thresholds: that something is new is told to all, and read by those who may see it.
      live.on('setting.changed', ({ resource }) => resource === 'alert' && this.#readSoon()),
      live.watch('accounts'),
      live.keep(() => void this.read())
    ]
    this.#stop = () => {
      stops.forEach((stop) => stop())
      clearTimeout(this.#timer)
    }
  }

  #readSoon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.read(), burstMs + Math.random() * spreadMs)
  }

  #put(alert: Alert): void {
    const others = (this.#items ?? []).filter(({ id }) => id !== alert.id)
    const known = this.#items?.find(({ id }) => id === alert.id)
    if (known && known.version > alert.version) return
    this.#items = [alert, ...others].sort((a, b) => b.raisedAt.localeCompare(a.raisedAt))
  }
}

/** A figure beyond its threshold that was not there before, or is worse than before. */
const isNews = (alert: Alert, before: readonly Alert[]): boolean => {
  if (alert.kind !== 'threshold' || alert.endedAt || alert.acknowledgedBy || isSilent(alert, Date.now()))
    return false
  const known = before.find(({ id }) => id === alert.id)
  return !known || (known.tone === 'warn' && alert.tone === 'danger')
}

/** The reader's own sound, as they chose it for offers. */
function ring(): void {
  const { preferences } = session
  if (preferences) void playSound(preferences.offerSound, preferences.offerVolume)
}

export const alerts = new Alerts()
