import type * as route from '@palabre/config/contract/suppression'
import type { Input } from '@palabre/config/contract/define'
import { traceAction } from '../audit/trace.ts'
import { purposes } from '../consents/purpose.model.ts'
import type { Actor, Hub } from '../hub.ts'
import { found, refuse } from '../refuse.ts'
import { canonicalAddress } from './mark.ts'
import { suppress, tellSuppressions } from './suppress.ts'
import { Suppression, type SuppressionDoc } from './suppression.model.ts'

/** Keeps addresses out of campaigns by hand. Refuses `not-found` for a purpose that is not there. */
export async function addSuppressions(
  hub: Hub,
  by: Actor,
  { kind, addresses, purposeId, note }: Input<typeof route.addSuppressions>['body']
): Promise<{ added: number; wrong: string[] }> {
  if (purposeId !== null) await purposes.find(purposeId)
  const wrong = addresses.filter((address) => canonicalAddress(kind, address) === null)
  const added = await suppress(
    hub,
    addresses.map((address) => ({ kind, address, purposeId, reason: 'manual', note, byName: by.name }))
  )
  await traceAction(by, 'suppression.add', 'suppression', null)
  return { added, wrong }
}

/** Whoever complained, or was erased, asked for it themselves, and nobody takes that back for them. */
const forGood = new Set(['complaint', 'erasure'])

/** Lets an address get campaigns again. Refuses `not-found`, `wrong-state`. */
export async function removeSuppression(hub: Hub, by: Actor, id: string): Promise<void> {
  const { reason } = found((await Suppression.findById(id).lean()) as SuppressionDoc | null)
  if (forGood.has(reason)) return refuse('wrong-state')
  await Suppression.deleteOne({ _id: id, reason })
  tellSuppressions(hub)
  await traceAction(by, 'suppression.remove', 'suppression', id)
}
