import type { Types } from 'mongoose'
import type { FloorAgent } from '../agents/floor.ts'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import type { Who } from '../sessions/who.ts'
import { User, type UserDoc } from '../users/user.model.ts'

/** Somebody as words of the floor see them: an agent, whoever leads agents, or both. */
export interface Viewer {
  userId: Types.ObjectId
  agentId: Types.ObjectId | null
  /** Does this person look after the agent? */
  leads(agentId: Types.ObjectId | string): boolean
  /** The agents that they look after; null means all. */
  led(): string[] | null
}

type Person = Pick<Who, 'roles' | 'lookedAfter' | 'userId' | 'agentId'>

function viewerAmong(
  agents: ReadonlyMap<string, FloorAgent>,
  { userId, agentId, roles, lookedAfter }: Person
): Viewer {
  const supervises = roles.includes('supervisor')
  const all = roles.includes('administrator') || (supervises && lookedAfter === null)
  const teams = new Set(supervises ? lookedAfter : [])
  const isOfTeams = ({ teamId }: { teamId: string | null }) => teamId !== null && teams.has(teamId)
  return {
    userId,
    agentId,
    leads(of) {
      const agent = agents.get(String(of))
      return all || (agent !== undefined && isOfTeams(agent))
    },
    led: () => (all ? null : [...agents.values()].filter(isOfTeams).map(({ id }) => id))
  }
}

export const viewerOf = async (hub: Hub, who: Person): Promise<Viewer> =>
  viewerAmong((await floorOf(hub)).agents, who)

/** Everybody who leads anybody, as they are now: words are few, so they are read each time. */
export async function leaders(hub: Hub): Promise<Viewer[]> {
  const [{ agents }, users] = await Promise.all([
    floorOf(hub),
    User.find(
      { roles: { $in: ['supervisor', 'administrator'] }, archived: false },
      { roles: 1, lookedAfter: 1, agentId: 1 }
    ).lean() as unknown as Promise<Pick<UserDoc, '_id' | 'roles' | 'lookedAfter' | 'agentId'>[]>
  ])
  return users.map(({ _id, roles, lookedAfter, agentId }) =>
    viewerAmong(agents, { userId: _id, roles, lookedAfter: lookedAfter ?? null, agentId })
  )
}
