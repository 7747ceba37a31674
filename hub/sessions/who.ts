import type { Permission, Role } from '@palabre/config/contract/permissions'
import { allows } from '@palabre/config/contract/permissions'
import { Types } from 'mongoose'
import { catalogOf } from '../settings/catalog.ts'
import { floorOf } from '../agents/floor.ts'
import { queuesOf } from '../agents/loans.ts'
import type { Actor, Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'

/** Who asks: the signed-in user with roles as they are now. */
export interface Who {
  userId: Types.ObjectId
  sessionId: Types.ObjectId
  name: string
  email: string
  roles: Role[]
  agentId: Types.ObjectId | null
  /** Teams that a supervisor looks after; null: all. */
  lookedAfter: string[] | null
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

/** Whose work one may see: of these queues and teams, and what is (or was) one's own. */
export type Scope =
  | { all: true }
  | {
      all: false
      queueIds: ReadonlySet<string>
      teamIds: ReadonlySet<string>
      agentId: string | null
    }

/**
 * Administrators see all; supervisors too, or the teams that they look after; an agent sees her team, its queues and
 * those that she is lent to.
 */
export async function scopeOf(hub: Hub, who: Who): Promise<Scope> {
  const supervises = who.roles.includes('supervisor')
  if (who.roles.includes('administrator') || (supervises && who.lookedAfter === null)) return { all: true }
  const [catalog, floor] = await Promise.all([catalogOf(hub), floorOf(hub)])
  const teamIds = new Set(supervises ? who.lookedAfter : [])
  const queueIds = new Set(
    [...teamIds].flatMap((id) => {
      const team = catalog.team(id)
      return team && !team.archived ? team.queueIds : []
    })
  )
  const agentId = who.agentId?.toHexString() ?? null
  const agent = agentId === null ? undefined : floor.agents.get(agentId)
  if (agent && who.roles.includes('agent')) {
    if (agent.teamId !== null) teamIds.add(agent.teamId)
    for (const id of queuesOf(catalog, agent)) queueIds.add(id)
  }
  return { all: false, queueIds, teamIds, agentId }
}

/** May the agent be seen within the scope? */
export const isAgentWithin = (scope: Scope, agent: { id: string; teamId: string | null }): boolean =>
  scope.all || agent.id === scope.agentId || (agent.teamId !== null && scope.teamIds.has(agent.teamId))

/** The same as a filter. */
export const agentsWithin = (scope: Scope): Record<string, unknown> =>
  scope.all
    ? {}
    : {
        $or: [
          { teamId: { $in: [...scope.teamIds].map((id) => new Types.ObjectId(id)) } },
          ...(scope.agentId === null ? [] : [{ _id: new Types.ObjectId(scope.agentId) }])
        ]
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
