import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import { Agent, type AgentDoc } from '../agents/agent.model.ts'
import type { Floor, FloorAgent } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import {
  Interaction,
  hintsOf,
  presentInteraction,
  type InteractionDoc,
  type InteractionHints
} from '../interactions/interaction.model.ts'
import { catalogOf, type Catalog } from '../settings/catalog.ts'
import { openEngine, type Engine } from './core/engine.ts'
import type { Match, WaitingItem } from './core/picture.ts'
import { competeForLease } from './lease.ts'
import { commitOffers, type Missed } from './offer.ts'
import { candidateOf, itemOf, notFromFuture, rulesOf } from './picture.ts'

/** Offers that are made with one command. */
const atOnce = 200
const compareMs = 30_000
/** The wall clock and the steady one may drift so far apart before everything is looked at anew. */
const jumpMs = 2000

/** One partition of the queues: what waits in it, and who may take it. */
export interface Partition {
  readonly name: string
  readonly waiting: ReadonlyMap<string, WaitingItem>
  /** True while this node routes it. */
  held(): boolean
  /** Takes an interaction's newest state. */
  takeItem(hints: InteractionHints, payload: string): void
  takeAgent(agent: FloorAgent): void
  /** Rules have changed: everything is arranged anew. */
  takeRules(): void
  /** Events may have been missed. */
  takeGap(): void
  /** Looks whether anything can be offered now. */
  wake(): void
  stop(): Promise<void>
}

/**
 * Routes one partition while this node holds its lease: on every change that could let something be offered, and on
 * a tick. One decision at a time; changes that come meanwhile are seen by the next.
 */
export function openPartition(
  hub: Hub,
  name: string,
  floor: Floor,
  { onTaken, turn }: { onTaken: () => void; turn: () => number }
): Partition {
  let catalog: Catalog | null = null
  let engine: Engine = openEngine(() => rulesOf(undefined))
  let stopped = false
  let wanted = false
  /** What has to be read from MongoDB before the next decision. */
  let reading: 'all' | 'changes' | null = 'all'
  let rearranging = false
  /** Interactions of which events told while MongoDB was read: what was read of them may be old. */
  let touched: Set<string> | null = null
  let work: Promise<void> | null = null
  let comparedAt = performance.now()
  let clockAt = Date.now() - performance.now()

  const lease = competeForLease(
    hub,
    `router:${name}`,
    () => {
      reading = 'all'
      onTaken()
      wake()
    },
    turn
  )

  const isMine = (queueId: string) => (catalog?.queue(queueId)?.partition ?? 'main') === name

  /** A new engine over what is known, by the rules of now. */
  function build(known: Catalog, items: Iterable<WaitingItem>) {
    catalog = known
    const rules = new Map(known.queues().map((queue) => [queue.id, rulesOf(queue)]))
    const next = openEngine((queueId) => rules.get(queueId) ?? rulesOf(undefined))
    const now = Date.now()
    for (const agent of floor.agents.values())
      if (!agent.archived) next.putAgent(candidateOf(known, agent), now)
    for (const item of items) if (isMine(item.queueId)) next.putItem(notFromFuture(item, now), now)
    engine = next
  }

  function putItem(item: WaitingItem) {
    const now = Date.now()
    engine.putItem(notFromFuture(item, now), now)
  }

  async function readQueued(ids?: string[]): Promise<WaitingItem[]> {
    const docs = (await Interaction.find(
      { state: 'queued', ...(ids && { _id: { $in: ids } }) },
      { log: 0, form: 0 }
    ).lean()) as unknown as InteractionDoc[]
    return docs.map((doc) => itemOf(presentInteraction({ ...doc, log: [] }), hintsOf(doc)))
  }

  /** Everything from MongoDB: after the lease was taken, and after events may have been missed. */
  async function readAll() {
    await floor.reload()
    const known = await catalogOf(hub)
    touched = new Set()
    try {
      build(known, await readQueued())
      await readTouched(touched)
    } finally {
      touched = null
    }
  }

  async function readTouched(ids: Set<string>) {
    if (ids.size === 0) return
    const items = await readQueued([...ids])
    for (const id of ids) engine.removeItem(id)
    for (const item of items) if (isMine(item.queueId)) putItem(item)
  }

  /** What events should have told, in case one did not come. */
  async function readChanges() {
    await floor.reload()
    touched = new Set()
    try {
      const items = (await readQueued()).filter(({ queueId }) => isMine(queueId))
      const ids = new Set(items.map(({ id }) => id))
      for (const id of [...engine.waiting.keys()]) if (!ids.has(id) && !touched.has(id)) engine.removeItem(id)
      for (const item of items)
        if (!touched.has(item.id) && (engine.waiting.get(item.id)?.version ?? -1) < item.version)
          putItem(item)
    } finally {
      touched = null
    }
  }

  /** Agents and interactions that were not as the decision saw them are read again. */
  async function lookAgain({ agentIds, itemIds }: Missed) {
    if (agentIds.length > 0)
      for (const doc of (await Agent.find({ _id: { $in: agentIds } }).lean()) as AgentDoc[]) floor.take(doc)
    const items = itemIds.length > 0 ? await readQueued(itemIds) : []
    for (const id of agentIds) {
      const agent = floor.agents.get(id)
      if (agent) takeAgent(agent)
    }
    for (const item of items) if (isMine(item.queueId)) putItem(item)
  }

  function takeAgent(agent: FloorAgent) {
    if (!catalog) return
    if (agent.archived) engine.removeAgent(agent.id, Date.now())
    else engine.putAgent(candidateOf(catalog, agent), Date.now())
  }

  async function decide(): Promise<Match[]> {
    if (reading === 'all') {
      reading = null
      rearranging = false
      await readAll()
    } else if (rearranging) {
      rearranging = false
      const known = await catalogOf(hub)
      build(known, [...engine.waiting.values()])
    } else if (reading === 'changes') {
      reading = null
      await readChanges()
    }
    return engine.decide(Date.now(), atOnce)
  }

  async function route() {
    // Changes of the same moment are decided together.
    await new Promise((resolve) => setImmediate(resolve))
    while (wanted && !stopped && lease.held()) {
      wanted = false
      const matches = await decide()
      if (matches.length === 0) continue
      // Whatever happens now, there may be more.
      wanted = true
      await lookAgain(await commitOffers(hub, matches))
    }
  }

  function wake() {
    wanted = true
    if (work || stopped || !lease.held()) return
    work = route()
      .catch((error: unknown) => {
        hub.log.error({ err: error, partition: name }, 'routing failed; the next tick tries again')
        reading = 'all'
      })
      .finally(() => {
        work = null
      })
  }

  return {
    name,
    get waiting() {
      return engine.waiting
    },
    held: () => lease.held(),
    takeItem(hints, payload) {
      if (!lease.held() || reading === 'all') return
      touched?.add(hints.id)
      const known = engine.waiting.get(hints.id)
      // Most changes are of work in somebody's hands, which is no business of routing.
      if (hints.state !== 'queued' && !known) return
      const { interaction } = JSON.parse(payload) as { interaction: InteractionWire }
      if (known && interaction.version <= known.version) return
      if (interaction.state === 'queued' && isMine(interaction.queueId)) {
        putItem(itemOf(interaction, hints))
        wake()
      } else engine.removeItem(hints.id)
    },
    takeAgent(agent) {
      takeAgent(agent)
      wake()
    },
    takeRules() {
      rearranging = true
      wake()
    },
    takeGap() {
      reading = 'all'
      wake()
    },
    wake() {
      const steady = performance.now()
      const clock = Date.now() - steady
      if (Math.abs(clock - clockAt) > jumpMs) {
        hub.log.warn({ jumpedMs: Math.round(clock - clockAt) }, 'the clock has jumped')
        reading = 'all'
      }
      clockAt = clock
      if (steady - comparedAt > compareMs) {
        comparedAt = steady
        reading ??= 'changes'
      }
      wake()
    },
    async stop() {
      stopped = true
      if (work) await work
      await lease.release()
    }
  }
}
