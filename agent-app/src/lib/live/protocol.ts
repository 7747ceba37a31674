import type { ClientFrame, EventName, EventPayload, ServerFrame } from '@palabre/config/contract/event'

export type LiveState = 'connecting' | 'open' | 'lost'
export type Handler<N extends EventName> = (payload: EventPayload<N>) => void

/** What the protocol needs of a WebSocket. */
export interface Socket {
  send: (text: string) => void
  close: (code?: number, reason?: string) => void
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
}

/** The world around it: a fake one makes it testable. */
export interface Surroundings {
  connect: () => Socket
  /** Runs later; gives the function that cancels it. */
  after: (ms: number, run: () => void) => () => void
  /** 0…1 */
  random: () => number
  online: () => boolean
  stateChanged: (state: LiveState) => void
  /** The hub may not know us any more: ask it over HTTP, a refused upgrade says nothing. */
  suspectSession: () => void
}

const firstWaitMs = 500
const longestWaitMs = 20_000
const heartbeatMs = 20_000
const answerMs = 8_000
/** Limit of the contract for one frame. */
const mostTopics = 100
/** RFC 6455 registry: "service restart"; another hub node, or this one soon, takes over. */
const serviceRestart = 1012
/** Policy violation, and the private code for a session that has ended. */
const refusedCodes = [1008, 4401]

/**
 * One connection to /api/live that is always being brought back: hello, watched topics, sequence, heartbeat, back-off.
 * Nothing in it knows a browser.
 */
export class LiveProtocol {
  state: LiveState = 'lost'
  /** Last event seen; snapshots read later than it are never older. */
  seq: string | undefined
  readonly #around: Surroundings
  readonly #handlers = new Map<EventName, Set<(payload: never) => void>>()
  readonly #resyncHandlers = new Set<() => void>()
  readonly #refusedHandlers = new Set<(topics: string[]) => void>()
  readonly #watched = new Map<string, number>()
  #greeted: string[] = []
  #socket: Socket | null = null
  #cancelTimer = () => {}
  #attempts = 0
  #wanted = false
  #everReady = false

  constructor(around: Surroundings) {
    this.#around = around
  }

  /** Connects and stays connected until `stop`. */
  start(): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#open()
  }

  /** Closes and forgets sequence, for the next person who signs in. Watches and handlers stay with their owners. */
  stop(): void {
    this.#wanted = false
    this.#drop()
    this.seq = undefined
    this.#everReady = false
    this.#attempts = 0
    this.#become('lost')
  }

  /** The network is back, or the reader pressed retry: does not wait for the back-off. */
  hurry(): void {
    if (!this.#wanted || this.state === 'open') return
    this.#attempts = 0
    this.#drop()
    this.#open()
  }

  /** The network is gone: no need to wait for the heartbeat to find out. */
  goneOffline(): void {
    if (!this.#wanted) return
    this.#drop()
    this.#become('lost')
  }

  /** The tab woke up after sleep: a dead socket looks open, so it is asked at once. */
  probe(): void {
    if (this.state === 'open') this.#ping()
  }

  /** Hears one kind of event; gives the function that stops it. */
  on<N extends EventName>(name: N, handler: Handler<N>): () => void {
    const set = this.#handlers.get(name) ?? new Set()
    this.#handlers.set(name, set)
    set.add(handler)
    return () => void set.delete(handler)
  }

  /** Hears that events may be missing and snapshots have to be read again. */
  onResync(handler: () => void): () => void {
    this.#resyncHandlers.add(handler)
    return () => void this.#resyncHandlers.delete(handler)
  }

  /** Hears which topics the hub did not allow. */
  onRefused(handler: (topics: string[]) => void): () => void {
    this.#refusedHandlers.add(handler)
    return () => void this.#refusedHandlers.delete(handler)
  }

  /** Listens to a topic; several owners share one subscription. Gives the function that lets go of it. */
  watch(topic: string): () => void {
    const owners = this.#watched.get(topic) ?? 0
    this.#watched.set(topic, owners + 1)
    if (!owners) this.#tell({ type: 'watch', topics: [topic] })
    let held = true
    return () => {
      if (!held) return
      held = false
      const left = (this.#watched.get(topic) ?? 1) - 1
      if (left) return void this.#watched.set(topic, left)
      this.#watched.delete(topic)
      this.#tell({ type: 'unwatch', topics: [topic] })
    }
  }

  /** Says that the agent is writing; lost when there is no connection, as it should be. */
  typing(interactionId: string, on: boolean): void {
    this.#tell({ type: 'typing', interactionId, on })
  }

  /** Says what the agent is writing, to whoever looks on; lost when there is no connection, as it should be. */
  writing(written: Omit<Extract<ClientFrame, { type: 'writing' }>, 'type'>): void {
    this.#tell({ type: 'writing', ...written })
  }

  #open(): void {
    this.#become('connecting')
    const socket = this.#around.connect()
    this.#socket = socket
    socket.onopen = () => this.#greet()
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket && typeof data === 'string') this.#hear(data)
    }
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) this.#closed(code)
    }
    this.#wait(answerMs, () => this.#closed(1006))
  }

  /** Topics go with the greeting, so that what happened in them meanwhile is sent as well. */
  #greet(): void {
    this.#greeted = [...this.#watched.keys()].slice(0, mostTopics)
    this.#send({
      type: 'hello',
      ...(this.seq === undefined ? {} : { since: this.seq }),
      ...(this.#greeted.length ? { topics: this.#greeted } : {})
    })
  }

  #hear(text: string): void {
    let frame: ServerFrame
    try {
      frame = JSON.parse(text) as ServerFrame
    } catch {
      return
    }
    if (this.state === 'open') this.#wait(heartbeatMs, () => this.#ping())
    if (frame.type === 'event') {
      if (frame.seq !== null) this.seq = frame.seq
      for (const handler of [...(this.#handlers.get(frame.name) ?? [])]) handler(frame.payload as never)
    } else if (frame.type === 'ready') this.#ready(frame.seq, !this.#everReady)
    else if (frame.type === 'resync') this.#ready(frame.seq, true)
    else if (frame.type === 'refused') for (const handler of [...this.#refusedHandlers]) handler(frame.topics)
  }

  #ready(seq: string, resync: boolean): void {
    this.seq = seq
    if (this.state !== 'open') {
      this.#attempts = 0
      this.#become('open')
      // What was asked for, or let go, while the greeting was on its way.
      const gone = this.#greeted.filter((topic) => !this.#watched.has(topic))
      const added = [...this.#watched.keys()].filter((topic) => !this.#greeted.includes(topic))
      if (gone.length) this.#send({ type: 'unwatch', topics: gone })
      for (let n = 0; n < added.length; n += mostTopics)
        this.#send({ type: 'watch', topics: added.slice(n, n + mostTopics) })
      this.#wait(heartbeatMs, () => this.#ping())
    }
    this.#everReady = true
    // What was read before the first `ready` may have missed an event, so the first one counts as well.
    if (resync) for (const handler of [...this.#resyncHandlers]) handler()
  }

  #closed(code: number): void {
    const before = this.state
    this.#drop()
    if (!this.#wanted) return
    this.#attempts += 1
    if (refusedCodes.includes(code) || (before === 'connecting' && this.#attempts % 3 === 2))
      this.#around.suspectSession()
    this.#become('lost')
    // Offline, `hurry` follows the browser's own event; the slow timer is for browsers that do not tell.
    if (this.#wanted) this.#wait(this.#pause(code), () => this.#open())
  }

  /** Full jitter: a thousand agents do not come back in the same second. */
  #pause(code: number): number {
    if (!this.#around.online()) return longestWaitMs
    if (code === serviceRestart && this.#attempts === 1) return 100 + 900 * this.#around.random()
    const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(this.#attempts - 1, 10))
    return 200 + ceiling * this.#around.random()
  }

  #ping(): void {
    this.#send({ type: 'ping' })
    this.#wait(answerMs, () => this.#closed(1006))
  }

  #tell(frame: ClientFrame): void {
    if (this.state === 'open') this.#send(frame)
  }

  #send(frame: ClientFrame): void {
    this.#socket?.send(JSON.stringify(frame))
  }

  #wait(ms: number, run: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#around.after(ms, run)
  }

  #drop(): void {
    this.#cancelTimer()
    const socket = this.#socket
    this.#socket = null
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close(1000)
  }

  #become(state: LiveState): void {
    if (this.state === state) return
    this.state = state
    this.#around.stateChanged(state)
  }
}
