import type { Hub } from '../hub.ts'
import { loadInteraction } from '../interactions/find.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { found } from '../refuse.ts'
import { isWithin, may, scopeOf, type Scope, type Who } from '../sessions/who.ts'

/**
 * What somebody looks after as a supervisor, without what they see as an agent: nobody reads what a colleague is
 * writing. Null for those who step into nothing.
 */
export async function oversightOf(hub: Hub, who: Who): Promise<Scope | null> {
  if (!may(who, 'interaction:step-in')) return null
  return scopeOf(hub, { ...who, agentId: null, roles: who.roles.filter((role) => role !== 'agent') })
}

/** The interaction, when it is of what the asker looks after as a supervisor; else `not-found`. */
export async function findOverseen(hub: Hub, who: Who, id: string): Promise<InteractionDoc> {
  const [doc, oversight] = await Promise.all([loadInteraction(id), oversightOf(hub, who)])
  return found(doc && oversight && isWithin(oversight, doc) ? doc : null)
}

/** May the asker look on when it is worked? */
export async function mayLookOn(hub: Hub, who: Who, id: string): Promise<boolean> {
  const [doc, oversight] = await Promise.all([loadInteraction(id), oversightOf(hub, who)])
  return doc !== null && oversight !== null && isWithin(oversight, doc)
}
