import type { Permission, Role } from '@palabre/config/contract/permissions'
import { allows } from '@palabre/config/contract/permissions'
import type { Types } from 'mongoose'
import type { Actor } from '../hub.ts'
import { catalogOf } from '../settings/catalog.ts'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'

/** Who asks: the signed-in user with roles as they are now. */
export interface Who {
  userId: Types.ObjectId
  sessionId: Types.ObjectId
  name: string
  email: string
  roles: Role[]
  agentId: Types.ObjectId | null
  passwordChangeRequired: boolean
  csrf: string
  address: string
}

export const actorOf = (who: Who): Actor => ({
  id: who.userId.toHexString(),
  name: who.name,
  address: who.address
})

export const may = (who: Who, permission: Permission) => allows(who.roles, permission)

/** The agent that the user is. Refuses when the user has no agent record. */
export const agentOf = (who: Who): Types.ObjectId =>
  who.agentId ?? refuse('not-permitted', 'You are not an agent')

/** Which queues' work one may see. */
export type Scope = { all: true } | { all: false; queueIds: ReadonlySet<string>; agentId: string | null }

/** Supervisors and administrators see all; an agent sees the queues of the team, and what is (or was) her own. */
export async function scopeOf(hub: Hub, who: Who): Promise<Scope> {
  if (who.roles.includes('administrator') || who.roles.includes('supervisor')) return { all: true }
  const agentId = who.agentId?.toHexString() ?? null
  const agent = agentId === null ? undefined : (await floorOf(hub)).agents.get(agentId)
  const team = agent?.teamId ? (await catalogOf(hub)).team(agent.teamId) : undefined
  return { all: false, queueIds: new Set(team?.archived ? [] : team?.queueIds), agentId }
}

/** May the interaction be seen within the scope? */
export function isWithin(
  scope: Scope,
  interaction: {
    queueId: Types.ObjectId
    agentId: Types.ObjectId | null
    offer: { agentId: Types.ObjectId } | null
    consults?: { agentId: Types.ObjectId }[]
  }
): boolean {
  if (scope.all) return true
  return (
    scope.queueIds.has(interaction.queueId.toHexString()) ||
    (scope.agentId !== null &&
      (interaction.agentId?.toHexString() === scope.agentId ||
        interaction.offer?.agentId.toHexString() === scope.agentId ||
        interaction.consults?.some(({ agentId }) => agentId.toHexString() === scope.agentId) === true))
  )
}
