import { explain } from './call.ts'

export type Tone = 'neutral' | 'ok' | 'warn' | 'danger' | 'info'

export interface Toast {
  id: number
  text: string
  tone: Tone
  action?: { label: string; run: () => void }
  /** Time left on screen in ms; null stays until closed. */
  ms: number | null
}

const defaultMs = 5000
const withActionMs = 9000
const most = 4

/** Short messages at the edge of the screen; never the only place where something important is said. */
class Toasts {
  #list = $state.raw<Toast[]>([])
  #next = 1

  get list(): readonly Toast[] {
    return this.#list
  }

  /** Shows a text, with one action if given: `toasts.add(t('inbox.closed'), { action: { label: t('ui.undo'), run } })`. */
  add(
    text: string,
    { tone = 'neutral', action, ms }: Partial<Pick<Toast, 'tone' | 'action' | 'ms'>> = {}
  ): number {
    const id = this.#next++
    const time = ms === undefined ? (tone === 'danger' || action ? withActionMs : defaultMs) : ms
    this.#list = [...this.#list.slice(1 - most), { id, text, tone, ms: time, ...(action ? { action } : {}) }]
    return id
  }

  /** Shows why something failed, in plain words. */
  fail(error: unknown): number {
    return this.add(explain(error), { tone: 'danger' })
  }

  close(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id)
  }
}

export const toasts = new Toasts()
