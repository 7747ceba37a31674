import type { FloorAgent } from '../agents/floor.ts'
import type { Phone } from './follow-work.ts'

/** The SIP user that an agent's browser registers as. */
export const phoneUser = (agentId: string): string => `agent-${agentId}`

/** The agent whose phone registers under this name; null when it is nobody's. */
export const agentOfPhone = (user: string): string | null => /^agent-([0-9a-f]{24})$/.exec(user)?.[1] ?? null

/** Where an agent is rung: at the phone that was set for them, else in the browser. */
export function phoneOf({
  id,
  name,
  phone
}: Pick<FloorAgent, 'id' | 'name'> & { phone?: FloorAgent['phone'] }): Phone {
  if (!phone) return { target: { kind: 'user', name: phoneUser(id) }, name, confirms: false }
  const { confirms } = phone
  if (phone.kind === 'number') return { target: { kind: 'number', number: phone.number }, name, confirms }
  return { target: { kind: 'sip', uri: phone.uri }, name, confirms }
}
