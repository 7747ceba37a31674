import type { EventName } from '@palabre/config/contract/event'
import { LiveProtocol, type Handler, type LiveState, type Socket } from './live/protocol.ts'

/** How long a screen waits for the socket before it reads without it, in ms. */
const patienceMs = 1200

function connect(): Socket {
  const url = new URL('/api/live', location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return new WebSocket(url) as Socket
}

/**
 * The one connection of this tab. Events carry whole records: keep the one with the higher `version`.
 * Inside components call `on`, `watch` and `keep` in `$effect`, returning what they give, so that they end with it.
 */
class Live {
  #state = $state<LiveState>('lost')
  #online = $state(true)
  #suspect = () => {}
  #stopListening = () => {}
  readonly #protocol = new LiveProtocol({
    connect,
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    random: Math.random,
    online: () => navigator.onLine,
    stateChanged: (state) => (this.#state = state),
    suspectSession: () => this.#suspect()
  })

  get state(): LiveState {
    return this.#state
  }

  /** What the browser knows of its network. */
  get online(): boolean {
    return this.#online
  }

  /** Sequence of the last event seen. */
  get seq(): string | undefined {
    return this.#protocol.seq
  }

  /** Connects for the person who signed in. `suspectSession` is asked when the hub seems not to know us. */
  start(suspectSession: () => void): void {
    this.#suspect = suspectSession
    this.#online = navigator.onLine
    const wentOnline = () => {
      this.#online = true
      this.#protocol.hurry()
    }
    const wentOffline = () => {
      this.#online = false
      this.#protocol.goneOffline()
    }
    const seen = () => {
      if (document.visibilityState === 'hidden') return
      if (this.#state === 'open') this.#protocol.probe()
      else this.#protocol.hurry()
    }
    this.#stopListening()
    addEventListener('online', wentOnline)
    addEventListener('offline', wentOffline)
    document.addEventListener('visibilitychange', seen)
    this.#stopListening = () => {
      removeEventListener('online', wentOnline)
      removeEventListener('offline', wentOffline)
      document.removeEventListener('visibilitychange', seen)
    }
    this.#protocol.start()
  }

  stop(): void {
    this.#stopListening()
    this.#protocol.stop()
  }

  /** Connects now instead of after the back-off. */
  hurry = (): void => this.#protocol.hurry()

  /** `live.on('interaction.changed', ({ interaction }) => …)`; gives the function that stops it. */
  on = <N extends EventName>(name: N, handler: Handler<N>): (() => void) => this.#protocol.on(name, handler)

  /** `live.watch(`interaction:${id}`)`, `'floor'`, `'accounts'`; counted, gives the function that lets go. */
  watch = (topic: string): (() => void) => this.#protocol.watch(topic)

  /** Events may be missing: read snapshots again. Also fires at the first connection. */
  onResync = (handler: () => void): (() => void) => this.#protocol.onResync(handler)

  /** Topics that the hub does not allow. */
  onRefused = (handler: (topics: string[]) => void): (() => void) => this.#protocol.onRefused(handler)

  typing = (interactionId: string, on: boolean): void => this.#protocol.typing(interactionId, on)

  /** What the agent is writing, while a supervisor looks on. */
  writing: LiveProtocol['writing'] = (written) => this.#protocol.writing(written)

  /**
   * Keeps a snapshot true: reads once the connection is open (or after 1.2 s without it), and again at every resync.
   * With `atOnce` it does not wait for the connection: for what people came to see. Subscribe with `on` before, so that
   * no event falls between. Gives the function that stops it.
   */
  keep = (read: () => void, { atOnce = false } = {}): (() => void) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    if (atOnce || this.#protocol.state === 'open') queueMicrotask(read)
    else timer = setTimeout(read, patienceMs)
    const stop = this.#protocol.onResync(() => {
      clearTimeout(timer)
      read()
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }
}

export const live = new Live()
