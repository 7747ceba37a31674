import type {
  TileStates,
  Wall,
  WallClientFrame,
  WallRefusal,
  WallServerFrame
} from '@palabre/config/contract/wallboard'

/** What the line needs of a WebSocket. */
export interface Socket {
  send: (text: string) => void
  close: () => void
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
}

/** The world around it: a fake one makes weeks of it testable. */
export interface Surroundings {
  connect: () => Socket
  /** Runs later; gives the function that cancels it. */
  after: (ms: number, run: () => void) => () => void
  /** The machine's clock, ms; it may jump. */
  now: () => number
  /** Never goes back; may stand still while the machine sleeps. */
  steady: () => number
  /** 0…1 */
  random: () => number
  token: string
  /** Something to be shown is another: read it from the line. */
  changed: () => void
}

const pulseMs = 1000
/** The hub says something every four seconds. */
const silentMs = 10_000
const pingMs = 20_000
const firstWaitMs = 500
const longestWaitMs = 30_000
const firstRefusedWaitMs = 30_000
const longestRefusedWaitMs = 900_000
const serviceRestart = 1012

/**
 * One screen's line to the hub, for weeks: it always comes back. There is one timer, which looks once a second; all else
 * is compared with clocks. Of these the machine's own shows that it slept, and the steady one that it was set back.
 */
export class WallLine {
  wall: Wall | null = null
  states: TileStates = {}
  refused: WallRefusal | null = null
  /** How often a connection was made anew. */
  returns = 0
  readonly #around: Surroundings
  #socket: Socket | null = null
  #cancel: (() => void) | null = null
  #attempts = 0
  /** By the steady clock. */
  #retryAt = 0
  #pingAt = 0
  #pulsedAt = 0
  #goodSince = 0
  /** The clock was set back, perhaps in a sleep that no clock knows of: nothing counts until the hub is heard again. */
  #doubts = false
  #heard = { now: 0, steady: 0 }
  #opened = { now: 0, steady: 0 }
  /** The hub's clock when it was last heard. */
  #hubAt: number | null = null

  constructor(around: Surroundings) {
    this.#around = around
  }

  start(): void {
    if (this.#cancel) return
    this.#pulsedAt = this.#around.now()
    this.#open()
    this.#plan()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#drop()
  }

  /** The figures are as of this moment of the hub; null before the first. */
  get asOf(): number | null {
    return this.#hubAt
  }

  /** Nothing was heard for so long that figures may be wrong. */
  get stale(): boolean {
    return this.#hubAt !== null && (this.#doubts || this.#silence() > silentMs)
  }

  /** The hub's clock now, however wrong this machine's is. */
  hubNow(): number {
    if (this.#hubAt === null) return this.#around.now()
    return this.#hubAt + Math.max(0, this.#around.steady() - this.#heard.steady)
  }

  /** The network is back or somebody looks: does not wait for the back-off. */
  hurry(): void {
    if (!this.#cancel || this.refused) return
    this.#attempts = 0
    if (!this.#socket) this.#open()
    else if (this.#isDead()) this.#again(0)
  }

  #plan(): void {
    this.#cancel = this.#around.after(pulseMs, () => {
      this.#plan()
      this.#pulse()
    })
  }

  #pulse(): void {
    const now = this.#around.now()
    const slept = now - this.#pulsedAt > silentMs
    this.#doubts ||= this.#pulsedAt - now > pulseMs
    this.#pulsedAt = now
    const steady = this.#around.steady()
    if (this.#socket) {
      // A socket of before the sleep looks open, and a handshake that nobody answers goes on.
      if (this.#isDead()) this.#again(this.#wait())
      else if (steady >= this.#pingAt) this.#ping()
      if (this.#goodSince && steady - this.#goodSince > silentMs) this.#attempts = 0
    } else if (slept && !this.refused) {
      this.#attempts = 0
      this.#open()
    } else if (steady >= this.#retryAt) this.#open()
    this.#around.changed()
  }

  /** For how long nothing was heard, by whichever clock knows. */
  #silence(): number {
    return this.#since(this.#heard)
  }

  /** A new connection has its own time to answer; what is shown stays as old as it is. */
  #isDead(): boolean {
    return Math.min(this.#silence(), this.#since(this.#opened)) > silentMs
  }

  #since({ now, steady }: { now: number; steady: number }): number {
    return Math.max(this.#around.steady() - steady, this.#around.now() - now)
  }

  #open(): void {
    let socket: Socket
    try {
      socket = this.#around.connect()
    } catch {
      this.#again(this.#wait())
      return
    }
    this.#socket = socket
    this.#goodSince = 0
    this.#opened = { now: this.#around.now(), steady: this.#around.steady() }
    this.#pingAt = this.#opened.steady + pingMs
    socket.onopen = () => this.#send({ type: 'hello', token: this.#around.token })
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket && typeof data === 'string') this.#hear(data)
    }
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) this.#closed(code)
    }
  }

  #hear(text: string): void {
    let frame: WallServerFrame
    try {
      frame = JSON.parse(text) as WallServerFrame
    } catch {
      return
    }
    if (frame.type === 'refused') return this.#refuse(frame.reason)
    const at = frame.type === 'wall' ? frame.wall.at : frame.at
    this.#heard = { now: this.#around.now(), steady: this.#around.steady() }
    this.#hubAt = Date.parse(at)
    this.#doubts = false
    if (frame.type === 'wall') {
      this.wall = frame.wall
      this.states = frame.wall.states
      this.refused = null
      if (!this.#goodSince) this.returns += 1
      this.#goodSince = this.#heard.steady
    } else if (frame.type === 'tiles') this.states = { ...this.states, ...frame.states }
    this.#around.changed()
  }

  /** What is refused is no longer shown. It may come to be allowed again, so that it is asked, ever more rarely. */
  #refuse(reason: WallRefusal): void {
    this.refused = reason
    this.wall = null
    this.states = {}
    this.#hubAt = null
    const most = Math.min(longestRefusedWaitMs, firstRefusedWaitMs * 2 ** Math.min(this.#attempts, 10))
    this.#again(most * (0.5 + this.#around.random() / 2))
    this.#around.changed()
  }

  #closed(code: number): void {
    const first = this.#attempts === 0
    this.#again(code === serviceRestart && first ? 100 + 900 * this.#around.random() : this.#wait())
    this.#around.changed()
  }

  /** Full jitter: the screens of a whole building do not come back in the same second. */
  #wait(): number {
    const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(this.#attempts, 10))
    return 100 + ceiling * this.#around.random()
  }

  #again(waitMs: number): void {
    this.#drop()
    this.#attempts += 1
    this.#retryAt = this.#around.steady() + waitMs
  }

  #ping(): void {
    this.#pingAt = this.#around.steady() + pingMs
    this.#send({ type: 'ping' })
  }

  #send(frame: WallClientFrame): void {
    this.#socket?.send(JSON.stringify(frame))
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    this.#goodSince = 0
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }
}
