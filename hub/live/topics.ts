import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import { Refusal } from '../refuse.ts'
import { may, scopeOf, type Who } from '../sessions/who.ts'

/** What everybody hears without asking, by who they are. */
export function ownTopics(who: Who): string[] {
  return [
    'everybody',
    `user:${who.userId.toHexString()}`,
    ...(who.agentId ? [`agent:${who.agentId.toHexString()}`] : []),
    ...(who.roles.includes('administrator') ? ['administrators'] : [])
  ]
}

/** May this person listen to the topic now? Asked at the subscription and again when roles change. */
export async function mayHear(hub: Hub, who: Who, topic: string): Promise<boolean> {
  const [kind = '', id = ''] = topic.split(':')
  switch (kind) {
    case 'floor':
      return may(who, 'agent:read')
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
