import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import type { InteractionHints } from '../interactions/interaction.model.ts'
import { catalogOf } from '../settings/catalog.ts'
import { openPartition, type Partition } from './partition.ts'
import { openPaces } from './paces.ts'
import { runOverflow } from './overflow.ts'
import { openTeller } from './tell-queues.ts'

/** The tick of invariant 3: at the latest after this time a waiting item meets a free agent. */
export const tickMs = 1000
const tellMs = 250

export interface Router {
  stop(): Promise<void>
}

/** Competes for every partition of the queues, and routes those that this node gets. */
export async function startRouter(hub: Hub): Promise<Router> {
  const floor = await floorOf(hub)
  const partitions = new Map<string, Partition>()
  const paces = openPaces(hub)
  const teller = openTeller(hub, paces)
  let busy = false

  async function openPartitions() {
    const names = new Set((await catalogOf(hub)).queues().map(({ partition }) => partition))
    for (const name of names.add('main'))
      if (!partitions.has(name))
        partitions.set(
          name,
          openPartition(hub, name, floor, {
            turn: () => [...partitions.keys()].sort().indexOf(name),
            onTaken: () => {
              paces.read().catch((error: unknown) => {
                hub.log.warn({ err: error }, 'the pace of the queues could not be read')
              })
            }
          })
        )
  }
  await openPartitions()

  const unheard = hub.stream.onEvent(({ name, payload, hints }) => {
    if (name === 'interaction.changed') {
      const known = hints as InteractionHints
      paces.take(known)
      for (const partition of partitions.values()) partition.takeItem(known, payload)
    } else if (name === 'setting.changed') {
      for (const partition of partitions.values()) partition.takeRules()
    }
  })
  const unchanged = floor.onChange((agent) => {
    for (const partition of partitions.values()) partition.takeAgent(agent)
  })
  const ungapped = hub.stream.onGap(() => {
    for (const partition of partitions.values()) partition.takeGap()
  })

  const held = () => [...partitions.values()].filter((partition) => partition.held())
  const tick = setInterval(() => {
    for (const partition of partitions.values()) partition.wake()
    if (busy) return
    busy = true
    const mine = held()
    openPartitions()
      .then(() => runOverflow(hub, mine, paces))
      .then(() => teller.noteEstimates(mine))
      .catch((error: unknown) => {
        hub.log.warn({ err: error }, 'overflow could not be looked at; the next tick tries again')
      })
      .finally(() => {
        busy = false
      })
  }, tickMs)
  const tellTimer = setInterval(() => {
    teller.tell(held()).catch((error: unknown) => {
      hub.log.warn({ err: error }, 'queue states could not be told')
    })
  }, tellMs)

  return {
    async stop() {
      clearInterval(tick)
      clearInterval(tellTimer)
      unheard()
      unchanged()
      ungapped()
      await Promise.all([...partitions.values()].map((partition) => partition.stop()))
    }
  }
}
