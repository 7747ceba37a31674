import { found } from '../refuse.ts'
import type { Hub } from '../hub.ts'
import { grouped } from '../record/group.ts'
import { isWithin, scopeOf, type Who } from '../sessions/who.ts'
import { Types } from 'mongoose'
import { Interaction, type InteractionDoc } from './interaction.model.ts'

/** Reads by id; reads of the same moment share one command. Null when there is none. */
export const loadInteraction = grouped<string, InteractionDoc | null>(async (ids) => {
  const docs = (await Interaction.collection
    .find({ _id: { $in: [...new Set(ids)].map((id) => new Types.ObjectId(id)) } } as never)
    .toArray()) as unknown as InteractionDoc[]
  const byId = new Map(docs.map((doc) => [doc._id.toHexString(), doc]))
  return ids.map((id) => byId.get(id) ?? null)
})

/** The interaction, when it is within the asker's scope; else `not-found` (its existence is no business of theirs). */
export async function findInteraction(hub: Hub, who: Who, id: string): Promise<InteractionDoc> {
  const [doc, scope] = await Promise.all([loadInteraction(id), scopeOf(hub, who)])
  return found(doc && isWithin(scope, doc) ? doc : null)
}
