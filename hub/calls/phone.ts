import type { FloorAgent } from '../agents/floor.ts'
import type { Phone } from './follow-work.ts'

/** The SIP user that an agent's browser registers as. */
export const phoneUser = (agentId: string): string => `agent-${agentId}`

/** The agent whose phone registers under this name; null when it is nobody's. */
export const agentOfPhone = (user: string): string | null => /^agent-([0-9a-f]{24})$/.exec(user)?.[1] ?? null

/** Where an agent is rung. */
export const phoneOf = ({ id, name }: Pick<FloorAgent, 'id' | 'name'>): Phone => ({
  target: { kind: 'user', name: phoneUser(id) },
  name,
  confirms: false
})
