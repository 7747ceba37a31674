import type { Hub } from '../hub.ts'
import { agentTold, type AgentDoc } from './agent.model.ts'
import { floorOf } from './floor.ts'

/** Tells an agent's new state, and lets this process's own floor know at once. */
export async function tellAgent(hub: Hub, doc: AgentDoc) {
  ;(await floorOf(hub)).take(doc)
  hub.relay.pass(agentTold, doc)
}
