import { createHash, randomUUID } from 'node:crypto'
import type { Hub } from '../hub.ts'

const leaseMs = 2500
const askMs = 500
/** A node without a sign for so long is gone. */
const nodeMs = 2500

/**
 * Makes one hub node of many the router of a partition. Only efficiency hangs on it: two routers at once (a frozen one
 * that wakes) cannot offer twice or exceed capacity, because every offer is a compare-and-set on agent and interaction.
 */
export interface Lease {
  held(): boolean
  release(): Promise<void>
}

/** Signs of life by the server's clock; answers who is alive, and who holds the lease. */
const beat = `
local t = redis.call('time')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('zadd', KEYS[1], now, ARGV[1])
redis.call('zremrangebyscore', KEYS[1], '-inf', now - ARGV[2])
redis.call('pexpire', KEYS[1], ARGV[2])
local holder = redis.call('get', KEYS[2])
return { holder or '', unpack(redis.call('zrange', KEYS[1], 0, -1)) }`
const renew = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0`
const drop = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`

const nodes = new WeakMap<Hub, string>()

/** The name of this node, the same in every lease it competes for. */
function nodeOf(hub: Hub): string {
  let node = nodes.get(hub)
  if (!node) {
    node = randomUUID()
    nodes.set(hub, node)
  }
  return node
}

const turnOf = (name: string) => createHash('sha1').update(name).digest().readUInt32BE()

/** The node whose turn it is, the same for everybody who sees the same nodes: leases spread over nodes. */
export const preferredNode = (alive: readonly string[], turn: number): string | undefined =>
  [...alive].sort()[turn % alive.length]

/**
 * Competes for the lease until released; `onTaken` runs each time this node gets it. `turn` numbers the leases of a kind
 * alike on every node, so that they spread evenly; without it they spread by name.
 */
export function competeForLease(
  hub: Hub,
  name: string,
  onTaken: () => void,
  turn: () => number = () => turnOf(name)
): Lease {
  const key = `${hub.env.REDIS_PREFIX}:lease:${name}`
  const nodesKey = `${hub.env.REDIS_PREFIX}:nodes:${name}`
  const me = nodeOf(hub)
  let until = 0
  let asking = false
  /** The lease was free at the last look, and left to the preferred node. */
  let passed = false

  async function ask() {
    if (asking) return
    asking = true
    const asked = performance.now()
    try {
      const [holder, ...alive] = (await hub.redis.eval(beat, 2, nodesKey, key, me, nodeMs)) as string[]
      const preferred = preferredNode(alive, turn()) === me
      let mine = false
      if (holder === me) {
        mine = preferred && (await hub.redis.eval(renew, 1, key, me, leaseMs)) === 1
        if (!preferred) await hub.redis.eval(drop, 1, key, me)
      } else if (!holder && (preferred || passed))
        mine = (await hub.redis.set(key, me, 'PX', leaseMs, 'NX')) === 'OK'
      passed = !holder
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

  const timer = setInterval(() => void ask(), askMs)
  void ask()
  return {
    held: () => performance.now() < until,
    async release() {
      clearInterval(timer)
      until = 0
      await hub.redis
        .multi()
        .eval(drop, 1, key, me)
        .zrem(nodesKey, me)
        .exec()
        .catch((error: unknown) => {
          hub.log.debug({ err: error, lease: name }, 'lease could not be released; it runs out')
        })
    }
  }
}
