import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import { Refusal } from '../refuse.ts'
import { may, scopeOf, type Who } from '../sessions/who.ts'

/** What everybody hears without asking, by who they are. */
export function ownTopics(who: Who): string[] {
  return [
    'everybody',
    `user:${who.userId.toHexString()}`,
    ...(who.agentId && may(who, 'interaction:read') ? [`agent:${who.agentId.toHexString()}`] : []),
    ...(who.roles.includes('administrator') ? ['administrators'] : [])
  ]
}

/** The floor as far as this person may see it: all of it, or the part of the own team. */
export async function floorTopic(hub: Hub, who: Who): Promise<string> {
  if ((await scopeOf(hub, who)).all) return 'floor'
  const agent = who.agentId && (await floorOf(hub)).agents.get(who.agentId.toHexString())
  return teamFloor(agent ? agent.teamId : null)
}

/** The part of the floor that a team sees: its agents and its queues. */
export const teamFloor = (teamId: string | null) => `floor:${teamId ?? 'none'}`

/** May this person listen to the topic now? Asked at the subscription and again when roles change. */
export async function mayHear(hub: Hub, who: Who, topic: string): Promise<boolean> {
  const [kind = '', id = ''] = topic.split(':')
  switch (kind) {
    case 'floor':
      return may(who, 'agent:read') && topic === (await floorTopic(hub, who))
    case 'board':
      return may(who, 'board:read')
    case 'accounts':
      return may(who, 'account:read')
    case 'queue': {
      const scope = await scopeOf(hub, who)
      return may(who, 'interaction:read') && (scope.all || scope.queueIds.has(id))
    }
    case 'interaction':
      if (!may(who, 'interaction:read')) return false
      try {
        await findInteraction(hub, who, id)
        return true
      } catch (error) {
        if (error instanceof Refusal) return false
        throw error
      }
    default:
      return false
  }
}
