import type { Agent as AgentWire } from '@palabre/config/contract/agent'
import type { Hub } from '../hub.ts'
import { Agent, presentAgent, type AgentDoc } from './agent.model.ts'

/** An agent as routing sees them. */
export interface FloorAgent extends AgentWire {
  idleSince: number
  archived: boolean
  /** Offers missed in a row. */
  misses: number
}

/**
 * All agents of the floor in memory, true to the last event: loaded once, kept up by events, loaded again after a gap.
 */
export interface Floor {
  agents: Map<string, FloorAgent>
  /** Takes a state that this process has just written. */
  take(doc: AgentDoc): void
  reload(): Promise<void>
  onChange(hear: (agent: FloorAgent) => void): () => void
}

const floors = new WeakMap<Hub, Promise<Floor>>()

export const toFloor = (doc: AgentDoc): FloorAgent => ({
  ...presentAgent(doc),
  idleSince: doc.idleSince.getTime(),
  archived: doc.archived,
  misses: doc.misses
})

/** The floor of this process. */
export function floorOf(hub: Hub): Promise<Floor> {
  let opening = floors.get(hub)
  if (!opening) {
    opening = open(hub)
    floors.set(hub, opening)
  }
  return opening
}

async function open(hub: Hub): Promise<Floor> {
  const agents = new Map<string, FloorAgent>()
  const hearers = new Set<(agent: FloorAgent) => void>()
  const takeNewer = (agent: FloorAgent) => {
    const known = agents.get(agent.id)
    if (known && known.version >= agent.version) return
    agents.set(agent.id, agent)
    for (const hear of hearers) hear(agent)
  }
  const floor: Floor = {
    agents,
    take: (doc) => takeNewer(toFloor(doc)),
    async reload() {
      for (const doc of (await Agent.find().lean()) as AgentDoc[]) takeNewer(toFloor(doc))
    },
    onChange(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    }
  }
  hub.stream.onEvent(({ name, payload, hints }) => {
    if (name !== 'agent.changed') return
    const { agent } = JSON.parse(payload) as { agent: AgentWire }
    takeNewer({ ...agent, ...(hints as Pick<FloorAgent, 'idleSince' | 'archived' | 'misses'>) })
  })
  hub.stream.onGap(() => {
    floor.reload().catch((error: unknown) => {
      hub.log.warn({ err: error }, 'the floor could not be read again')
    })
  })
  await floor.reload()
  return floor
}
