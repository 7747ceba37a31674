import type { Actor, Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { Alert, alertTold, type AlertDoc } from './alert.model.ts'

/** Somebody looks after it. Whoever was first stays; refuses `not-found`, `wrong-state` for what is over. */
export async function acknowledge(hub: Hub, by: Actor, id: string): Promise<AlertDoc> {
  const { doc, changed } = found(
    await change(Alert, id, (alert) => {
      if (alert.acknowledgedBy) return null
      if (alert.endedAt) return refuse('wrong-state')
      return {
        set: { acknowledgedBy: { id: by.id, name: by.name, at: new Date() } },
        entries: [{ name: 'acknowledge', by, changes: { acknowledged: [false, true] } }]
      }
    })
  )
  if (changed) hub.relay.pass(alertTold, doc)
  return doc
}
