const name = 'palabre:phone'
/** A holder that does not answer within this is asleep, and talks to nobody. */
const patienceMs = 400

type Word = { kind: 'asks'; from: string } | { kind: 'busy'; to: string } | { kind: 'free'; to: string }

/** What it needs of a BroadcastChannel. */
export interface TabChannel {
  postMessage: (word: unknown) => void
  onmessage: ((event: { data: unknown }) => void) | null
}

export interface TabPorts {
  /** Missing on pages that did not come over HTTPS: then every tab believes that it is alone. */
  locks: Pick<LockManager, 'request'> | undefined
  channel: TabChannel
  id: string
  /** True while this tab must not give the phone away. */
  isBusy: () => boolean
  changed: (place: Place) => void
  after: (ms: number, run: () => void) => () => void
}

export type Place = 'nowhere' | 'here' | 'elsewhere'

/** Which tab of the browser holds the phone. When the holder goes, the tab that has waited longest gets it. */
export class OneTab {
  readonly #ports: TabPorts
  #place: Place = 'nowhere'
  #giveBack = () => {}
  #stopWaiting = () => {}
  #answered: ((isFree: boolean) => void) | null = null

  constructor(ports: TabPorts) {
    this.#ports = ports
    ports.channel.onmessage = ({ data }) => this.#hear(data as Word)
  }

  get place(): Place {
    return this.#place
  }

  start(): void {
    if (this.#place !== 'nowhere') return
    if (!this.#ports.locks) return this.#become('here')
    void this.#hold({ ifAvailable: true })
  }

  /** Gives the phone back, and waits for it no more. */
  stop(): void {
    this.#become('nowhere')
    this.#stopWaiting()
    this.#giveBack()
  }

  /** Brings the phone to this tab; false when somebody talks in the other one. */
  async takeOver(): Promise<boolean> {
    if (this.#place !== 'elsewhere') return this.#place === 'here'
    const isFree = await new Promise<boolean>((resolve) => {
      const cancel = this.#ports.after(patienceMs, () => resolve(true))
      this.#answered = (answer) => {
        cancel()
        resolve(answer)
      }
      this.#ports.channel.postMessage({ kind: 'asks', from: this.#ports.id } satisfies Word)
    })
    this.#answered = null
    if (!isFree) return false
    this.#stopWaiting()
    await this.#hold({ steal: true })
    return true
  }

  #hear(word: Word): void {
    const { id, isBusy, channel } = this.#ports
    if (word.kind === 'asks') {
      if (this.#place === 'here')
        channel.postMessage({ kind: isBusy() ? 'busy' : 'free', to: word.from } satisfies Word)
    } else if (word.to === id) this.#answered?.(word.kind === 'free')
  }

  /** Asks for the lock; resolves once it is known whether it is here, and not when it is given back. */
  #hold(options: LockOptions): Promise<void> {
    return new Promise((decided) => {
      let wasHere = false
      const held = this.#ports.locks!.request(name, options, (lock) => {
        if (!lock) {
          this.#become('elsewhere')
          this.#wait()
          return decided()
        }
        wasHere = true
        this.#become('here')
        decided()
        return new Promise<void>((giveBack) => (this.#giveBack = giveBack))
      })
      held.catch(() => {
        decided()
        // Only waiting was given up; else another tab took it.
        if (!wasHere || this.#place !== 'here') return
        this.#become('elsewhere')
        this.#wait()
      })
    })
  }

  #wait(): void {
    const waiting = new AbortController()
    this.#stopWaiting = () => waiting.abort()
    void this.#hold({ signal: waiting.signal })
  }

  #become(place: Place): void {
    if (this.#place === place) return
    this.#place = place
    this.#ports.changed(place)
  }
}
