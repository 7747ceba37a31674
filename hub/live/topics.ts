import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import { Refusal } from '../refuse.ts'
import { may, scopeOf, type Who } from '../sessions/who.ts'
import { mayLookOn } from '../stepping/oversight.ts'

/** What everybody hears without asking, by who they are. */
export function ownTopics(who: Who): string[] {
  return [
    'everybody',
    `user:${who.userId.toHexString()}`,
    ...(who.agentId && may(who, 'interaction:read') ? [`agent:${who.agentId.toHexString()}`] : []),
    ...(may(who, 'campaign:read') ? ['campaigns'] : []),
    ...(may(who, 'audience:read') ? ['audience'] : []),
    ...(who.roles.includes('administrator') ? ['administrators'] : [])
  ]
}

/** What clients call by one name, and hear as far as their scope goes. */
export const views = ['floor', 'board'] as const
export type View = (typeof views)[number]
export const viewOf = (topic: string): View | undefined =>
  views.find((view) => topic === view || topic.startsWith(`${view}:`))

/** The topics behind a view for this person: all of it, or the parts in scope; null when they may not see it. */
export async function topicsOfView(hub: Hub, who: Who, view: View): Promise<string[] | null> {
  if (!may(who, view === 'floor' ? 'agent:read' : 'board:read')) return null
  const scope = await scopeOf(hub, who)
  if (scope.all) return [view]
  const teams = [...scope.teamIds]
  if (view === 'board') return [...[...scope.queueIds].map(queueBoard), ...teams.map(teamBoard)]
  return teams.map(teamFloor)
}

/** The part of the floor that a team sees: its agents and its queues. */
export const teamFloor = (teamId: string | null) => `floor:${teamId ?? 'none'}`
/** The figures of one queue, and of one team's agents. */
export const queueBoard = (queueId: string) => `board:${queueId}`
export const teamBoard = (teamId: string) => `board:team:${teamId}`

/** May this person listen to the topic now? Asked at the subscription and again when roles change. */
export async function mayHear(hub: Hub, who: Who, topic: string): Promise<boolean> {
  const [kind = '', id = ''] = topic.split(':')
  switch (kind) {
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
    case 'writing':
      return mayLookOn(hub, who, id)
    default:
      return false
  }
}
