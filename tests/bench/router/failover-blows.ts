import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from '../../chaos/child.ts'
import type { Stage } from '../../chaos/stage.ts'

/** Two nodes, both well, before the next blow falls: a takeover needs somebody who takes over. */
const betweenBlowsMs = [1500, 4000] as const
const freezeMs = [3500, 7000] as const
/** A takeover that takes longer counts as this. */
const takeoverLimitMs = 20_000
/** For a hub to serve again after a blow, on a machine that has much to do. */
export const healthyMs = 300_000
const lookMs = 200

export interface Blows {
  /** How long after each blow at the router the next offer was made, in ms. */
  takeovers: readonly number[]
  kills(): number
  freezes(): number
}

/** Who said last that it took the lease; looked at all the time, because only the last words of a hub are kept. */
function watchLease({ hubs }: Stage) {
  const takenAt = new Map<Child, number>()
  const look = () => {
    for (const hub of hubs)
      for (const word of hub.words)
        if (word.includes('lease taken') && word.includes('router:main')) {
          const { time } = JSON.parse(word) as { time: number }
          takenAt.set(hub, Math.max(time, takenAt.get(hub) ?? 0))
        }
  }
  const timer = setInterval(look, lookMs)
  return {
    router(): Child {
      look()
      return [...hubs].sort((a, b) => (takenAt.get(b) ?? 0) - (takenAt.get(a) ?? 0))[0]!
    },
    stop() {
      clearInterval(timer)
    }
  }
}

/** Strikes the router, and now and then the other hub, until it is over. `done` resolves after the last blow has passed. */
export function strike(
  stage: Stage,
  offers: readonly number[],
  isOver: () => boolean
): Blows & { done: Promise<void> } {
  const takeovers: number[] = []
  let kills = 0
  let freezes = 0

  async function takeoverAfter(at: number, heard: number): Promise<number | null> {
    for (let next = heard; Date.now() < at + takeoverLimitMs; await sleep(20)) {
      for (; next < offers.length; next++) if (offers[next]! > at + 5) return offers[next]! - at
      if (isOver()) return null
    }
    return takeoverLimitMs
  }

  async function storm() {
    const lease = watchLease(stage)
    try {
      while (!isOver()) {
        await sleep(randomInt(...betweenBlowsMs))
        await stage.healthy(healthyMs)
        const router = lease.router()
        const target = randomInt(4) === 0 ? stage.hubs.find((hub) => hub !== router)! : router
        const heard = offers.length
        const at = Date.now()
        let thawed: Promise<void> | undefined
        if (randomInt(2) === 0) {
          freezes += 1
          thawed = target.freeze(randomInt(...freezeMs))
        } else {
          kills += 1
          target.kill()
        }
        const took = target === router ? await takeoverAfter(at, heard) : null
        if (took !== null) takeovers.push(took)
        await thawed
      }
    } finally {
      lease.stop()
    }
  }
  return { takeovers, kills: () => kills, freezes: () => freezes, done: storm() }
}
