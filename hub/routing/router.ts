import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import type { QueueState } from '@palabre/config/contract/event'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import type { InteractionHints } from '../interactions/interaction.model.ts'
import { teamFloor } from '../live/topics.ts'
import { catalogOf } from '../settings/catalog.ts'
import { competeForLease } from './lease.ts'
import { hasRoom, isSkilled, match, type Candidate, type WaitingItem } from './match.ts'
import { commitOffers } from './offer.ts'
import { openPicture } from './picture.ts'

/** Works the queue, has its skills, and has room for some medium that is worked at all. */
const couldWork = (agent: Candidate, queueId: string, requirements: WaitingItem['requirements']) =>
  isSkilled(agent, { queueId, requirements }) &&
  (Object.keys(agent.capacity) as WaitingItem['medium'][]).some((medium) => hasRoom(agent, medium))

/** The tick of invariant 3: at the latest after this time a waiting item meets a free agent. */
export const tickMs = 1000
const rebuildMs = 15_000
const queueStateMs = 250

export interface Router {
  stop(): Promise<void>
}

/**
 * Routes one partition while this node holds its lease: on every change that could let something be offered, and on
 * a sweep. One match at a time; changes that come meanwhile are seen by the next.
 */
export async function startRouter(hub: Hub): Promise<Router> {
  const picture = await openPicture(hub)
  const floor = await floorOf(hub)
  let stopped = false
  let wanted = false
  let rebuilding = true
  let work: Promise<void> | null = null
  const told = new Map<string, string>()

  const lease = competeForLease(hub, 'router', () => {
    rebuilding = true
    wake()
  })

  function wake() {
    wanted = true
    if (work || stopped || !lease.held()) return
    work = route()
      .catch((error: unknown) => {
        hub.log.error({ err: error }, 'routing failed; the next tick tries again')
        rebuilding = true
      })
      .finally(() => {
        work = null
      })
  }

  async function route() {
    // Changes of the same moment are matched together.
    await new Promise((resolve) => setImmediate(resolve))
    while (wanted && !stopped && lease.held()) {
      wanted = false
      if (rebuilding) {
        rebuilding = false
        await picture.rebuild()
      }
      if (picture.waiting.size === 0) continue
      const catalog = await catalogOf(hub)
      const candidates = await picture.candidates()
      const matches = match(
        [...picture.waiting.values()],
        candidates,
        (queueId) => ({ agentChoice: catalog.queue(queueId)?.agentChoice ?? 'longest-idle' }),
        Date.now()
      )
      if (matches.length === 0) continue
      const chunk = matches.slice(0, 200)
      const versions = new Map(candidates.map((agent) => [agent.id, agent.version]))
      const made = await commitOffers(hub, chunk, versions)
      for (const { item } of chunk) picture.waiting.delete(item.id)
      if (made < chunk.length) rebuilding = true
      if (made < matches.length) wanted = true
    }
  }

  hub.stream.onEvent(({ name, payload, hints }) => {
    if (name === 'interaction.changed') {
      const known = hints as InteractionHints
      // Most changes are of work in somebody's hands, which is no business of routing.
      if (known.state !== 'queued' && !picture.waiting.has(known.id)) return
      const { interaction } = JSON.parse(payload) as { interaction: InteractionWire }
      if (picture.take(interaction, known)) wake()
    } else if (name === 'setting.changed') wake()
  })
  floor.onChange(() => {
    if (picture.waiting.size > 0) wake()
  })
  hub.stream.onGap(() => {
    rebuilding = true
    wake()
  })

  async function tellQueues() {
    if (!lease.held()) return
    const catalog = await catalogOf(hub)
    const candidates = (await picture.candidates()).filter((agent) => agent.presence === 'ready')
    const waitingBy = new Map<string, number[]>()
    for (const { queueId, queuedAt } of picture.waiting.values())
      waitingBy.set(queueId, [...(waitingBy.get(queueId) ?? []), queuedAt])
    for (const { id, requirements } of catalog.queues()) {
      const waiting = waitingBy.get(id) ?? []
      const state: QueueState = {
        queueId: id,
        waiting: waiting.length,
        oldestQueuedAt: waiting.length > 0 ? new Date(Math.min(...waiting)).toISOString() : null,
        ready: candidates.filter((agent) => couldWork(agent, id, requirements)).length
      }
      const text = JSON.stringify(state)
      if (told.get(id) === text) continue
      told.set(id, text)
      hub.stream.publish({
        name: 'queue.changed',
        payload: { queue: state },
        topics: [
          `waiting:${id}`,
          `queue:${id}`,
          'floor',
          ...catalog
            .teams()
            .filter((team) => team.queueIds.includes(id))
            .map((team) => teamFloor(team.id))
        ]
      })
    }
  }

  let lastRebuild = Date.now()
  const tick = setInterval(() => {
    if (Date.now() - lastRebuild > rebuildMs) {
      lastRebuild = Date.now()
      rebuilding = true
    }
    wake()
  }, tickMs)
  const queueTimer = setInterval(() => {
    tellQueues().catch((error: unknown) => {
      hub.log.warn({ err: error }, 'queue states could not be told')
    })
  }, queueStateMs)

  return {
    async stop() {
      stopped = true
      clearInterval(tick)
      clearInterval(queueTimer)
      if (work) await work
      await lease.release()
    }
  }
}
