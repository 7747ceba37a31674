import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { change, type Change } from '../record/change.ts'
import type { Entry } from '../record/logged.ts'
import { found } from '../refuse.ts'
import { loadInteraction } from './find.ts'
import { Interaction, interactionTold, standingOf, type InteractionDoc } from './interaction.model.ts'

/**
 * Changes one interaction by compare-and-set and tells it. `decide` refuses by throwing, or returns null to leave it.
 * Refuses `not-found` when there is none.
 */
export async function writeInteraction(
  hub: Hub,
  id: Types.ObjectId | string,
  decide: (doc: InteractionDoc) => Change | null,
  known?: InteractionDoc
): Promise<{ doc: InteractionDoc; changed: boolean }> {
  const newest = known ?? (await loadInteraction(id.toString()))
  const decideAndStand = (doc: InteractionDoc) => {
    const decision = decide(doc)
    return decision && { ...decision, entries: standing(doc, decision) }
  }
  const written = found(newest && (await change(Interaction, id, decideAndStand, newest)))
  if (written.changed) hub.relay.pass(interactionTold, written.doc)
  return written
}

/** The lines of a change, each saying where the interaction stands after it. */
function standing(doc: InteractionDoc, { set = {}, entries }: Change): Entry[] {
  if (entries.length === 0) return entries
  const after = standingOf({ ...doc, ...set } as InteractionDoc)
  return entries.map((entry) => ({ ...entry, after }))
}
