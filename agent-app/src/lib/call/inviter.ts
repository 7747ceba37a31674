import { directory } from '../inbox/directory.svelte.ts'
import type { CallOfMine } from './calls.svelte.ts'

/** Who brings one into a call: the agent who is in it. */
export const inviterOf = ({ standing }: CallOfMine): string | null => {
  const agent = standing.others.find(({ role, state }) => role === 'agent' && state === 'in')
  return agent ? (directory.agent(agent.agentId)?.name ?? agent.name) : null
}
