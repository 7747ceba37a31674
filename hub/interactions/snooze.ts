import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { findInteraction } from './find.ts'
import type { InteractionDoc } from './interaction.model.ts'
import { holds } from './transfer.ts'
import { writeInteraction } from './write.ts'

/** Puts an interaction aside until a time or until the customer writes; null wakes it. */
export async function snoozeInteraction(
  hub: Hub,
  who: Who,
  id: string,
  until: Date | null
): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (!holds(interaction, who)) return refuse('not-yours')
  if (until && until <= new Date())
    refuse('invalid-input', undefined, [{ path: 'until', message: 'must be in the future' }])
  const { doc } = await writeInteraction(hub, id, (newest) => {
    if (newest.state !== 'active') return refuse('wrong-state')
    return {
      set: { snoozedUntil: until },
      entries: [
        {
          name: until ? 'snoozed' : 'woken',
          by: actorOf(who),
          figures: { until: until?.toISOString() ?? null }
        }
      ]
    }
  })
  if (until)
    hub.schedule('snooze.wake', { interactionId: id }, { key: `${id}-${String(doc.version)}`, at: until })
  return doc
}

/** Wakes what was put aside until now. Without effect before its time. */
export async function wakeSnoozed(hub: Hub, id: string): Promise<boolean> {
  const { changed } = await writeInteraction(hub, id, (newest) => {
    if (!newest.snoozedUntil || newest.snoozedUntil > new Date()) return null
    return { set: { snoozedUntil: null, waitingFor: 'agent' }, entries: [{ name: 'woken', figures: {} }] }
  })
  return changed
}
