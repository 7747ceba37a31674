import type { TileStates, Wall, WallRefusal } from '@palabre/config/contract/wallboard'
import { WallLine, type Socket } from './line.ts'

function connect(): Socket {
  const url = new URL('/api/wall/live', location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return new WebSocket(url) as Socket
}

/** What this screen shows, as its line to the hub brings it. */
export class WallView {
  wall = $state.raw<Wall | null>(null)
  states = $state.raw<TileStates>({})
  refused = $state.raw<WallRefusal | null>(null)
  /** The hub's clock; goes on once a second. */
  now = $state(Date.now())
  /** Figures are of this moment, and may be wrong by now; null while the line is well. */
  staleSince = $state<number | null>(null)
  readonly #line: WallLine

  /** `returned`: the line is back after it was lost. */
  constructor(token: string, returned: () => void) {
    let returns = 0
    this.#line = new WallLine({
      token,
      connect,
      after: (ms, run) => {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
      now: Date.now,
      steady: () => performance.now(),
      random: Math.random,
      changed: () => {
        const line = this.#line
        this.wall = line.wall
        this.states = line.states
        this.refused = line.refused
        this.now = line.hubNow()
        this.staleSince = line.stale ? line.asOf : null
        if (line.returns > returns) {
          if (returns > 0) returned()
          returns = line.returns
        }
      }
    })
  }

  /** Connects; gives the function that ends it. */
  start(): () => void {
    const hurry = () => {
      if (document.visibilityState === 'visible') this.#line.hurry()
    }
    addEventListener('online', hurry)
    document.addEventListener('visibilitychange', hurry)
    this.#line.start()
    return () => {
      removeEventListener('online', hurry)
      document.removeEventListener('visibilitychange', hurry)
      this.#line.stop()
    }
  }
}
