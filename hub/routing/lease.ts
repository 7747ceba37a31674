import { randomUUID } from 'node:crypto'
import type { Hub } from '../hub.ts'

const leaseMs = 3000
const renewMs = 1000

/**
 * Makes one hub node of many the router. Only efficiency hangs on it: two routers at once (a frozen one that wakes)
 * cannot offer twice or exceed capacity, because every offer is a compare-and-set on the agent and the interaction.
 */
export interface Lease {
  held(): boolean
  release(): Promise<void>
}

const renew = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0`
const drop = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`

/** Competes for the lease until released; `onTaken` runs each time this node gets it. */
export function competeForLease(hub: Hub, name: string, onTaken: () => void): Lease {
  const key = `${hub.env.REDIS_PREFIX}:lease:${name}`
  const me = randomUUID()
  let until = 0
  let asking = false

  async function ask() {
    if (asking) return
    asking = true
    const asked = Date.now()
    try {
      const mine =
        (await hub.redis.eval(renew, 1, key, me, leaseMs)) === 1 ||
        (await hub.redis.set(key, me, 'PX', leaseMs, 'NX')) === 'OK'
      const taken = mine && until < asked
      until = mine ? asked + leaseMs : 0
      if (taken) {
        hub.log.info({ lease: name }, 'lease taken')
        onTaken()
      }
    } catch (error) {
      hub.log.debug({ err: error, lease: name }, 'lease could not be renewed')
    } finally {
      asking = false
    }
  }

  const timer = setInterval(() => void ask(), renewMs)
  void ask()
  return {
    held: () => Date.now() < until,
    async release() {
      clearInterval(timer)
      until = 0
      await hub.redis.eval(drop, 1, key, me).catch(() => undefined)
    }
  }
}
