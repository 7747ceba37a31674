import type { Agent } from '@palabre/config/contract/agent'
import type { CannedAnswer } from '@palabre/config/contract/setting'
import { directory } from '../inbox/directory.svelte.ts'
import { t } from '../words.svelte.ts'
import { suggest, trigger } from './canned.ts'
import type { Suggestion } from './SuggestList.svelte'

interface Around {
  isNote: boolean
  queueId: string
  /** Language of the contact. */
  locale: string
}
/** What was chosen, and how many letters before the caret it replaces. */
export type Chosen = { length: number } & ({ answer: CannedAnswer } | { agent: Agent })

const most = 30

/** What is suggested while somebody writes: canned answers after "/", colleagues after "@" in notes. */
export class Suggesting {
  #around: () => Around
  #found = $state.raw<ReturnType<typeof trigger>>(null)
  #closedFor = $state('')
  active = $state(0)

  constructor(around: () => Around) {
    this.#around = around
  }

  readonly #here = $derived.by(() => {
    const found = this.#found
    return found && this.#closedFor !== `${found.sign}${found.typed}` ? found : null
  })
  readonly #canned = $derived.by(() => {
    const { isNote, queueId, locale } = this.#around()
    if (this.#here?.sign !== '/' || isNote) return []
    return suggest(directory.cannedAnswers, this.#here.typed, { queueId, locale }).slice(0, most)
  })
  readonly #colleagues = $derived.by(() => {
    if (this.#here?.sign !== '@' || !this.#around().isNote) return []
    const typed = this.#here.typed.toLocaleLowerCase()
    return directory.agents.filter(({ name }) =>
      name
        .toLocaleLowerCase()
        .split(/\s+/)
        .some((part) => part.startsWith(typed))
    )
  })
  readonly items: Suggestion[] = $derived.by(() =>
    this.#here?.sign === '/'
      ? this.#canned.map((one) => ({
          id: one.id,
          mark: `/${one.shortcut}`,
          label: one.title,
          detail: one.text
        }))
      : this.#colleagues.map((one) => ({
          id: one.id,
          mark: '@',
          label: one.name,
          detail: t(`app.presence-${one.presence.state}`)
        }))
  )
  /** The list is shown; for canned answers also while nothing fits, until it is clear that none is meant. */
  readonly open = $derived.by(() => {
    const here = this.#here
    if (!here) return false
    const { isNote } = this.#around()
    return here.sign === '/'
      ? !isNote && (this.#canned.length > 0 || here.typed.length < 2)
      : isNote && this.#colleagues.length > 0
  })

  get isForCanned(): boolean {
    return this.#here?.sign === '/'
  }

  /** The text before the caret is this now. */
  caret = (before: string): void => {
    const next = trigger(before)
    if (next?.sign !== this.#found?.sign || next?.typed !== this.#found?.typed) this.active = 0
    this.#found = next
    if (!next) this.#closedFor = ''
  }

  move(step: 1 | -1): void {
    this.active = (this.active + step + this.items.length) % this.items.length
  }

  /** Takes one of them; null when it is not there. */
  choose(n: number): Chosen | null {
    const length = this.#here?.length ?? 0
    const [answer, agent] = [this.#canned[n], this.#colleagues[n]]
    this.#found = null
    if (answer) return { length, answer }
    return agent ? { length, agent } : null
  }

  /** Shut until something else is typed. */
  shut(): void {
    if (this.#here) this.#closedFor = `${this.#here.sign}${this.#here.typed}`
  }

  forget = (): void => {
    this.#found = null
  }
}
