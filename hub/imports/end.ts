import type { ImportState, ImportTrouble } from '@palabre/config/contract/import'
import type { Actor, Hub } from '../hub.ts'
import { recount } from '../lists/members.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { findImport } from './find.ts'
import { BadRow, Import, ImportedContact, importTold, type ImportDoc } from './import.model.ts'
import { removeCsv } from './store.ts'

type End = Exclude<ImportState, 'ready' | 'running'>

/** Ends a running import; what was taken stays, the file goes. One that has ended stays as it is. */
export async function endImport(
  hub: Hub,
  id: string,
  state: End,
  { trouble = null, row = null, by }: { trouble?: ImportTrouble | null; row?: number | null; by?: Actor } = {}
): Promise<ImportDoc> {
  const { doc, changed } = found(
    await change(Import, id, (one) =>
      one.state !== 'running'
        ? null
        : {
            set: { state, trouble, troubleRow: row, endedAt: new Date(), claim: null },
            entries: [
              {
                name: state,
                by,
                figures: { ...one.counts, trouble },
                ...(by && { changes: { state: [one.state, state] } })
              }
            ]
          }
    )
  )
  if (!changed) return doc
  hub.relay.pass(importTold, doc)
  if (doc.listId) await recount(hub, doc.listId)
  await removeCsv(doc.fileId)
  return doc
}

/** Ends an import by hand, where it is. Refuses `not-found`, `wrong-state` for one that is not running. */
export async function cancelImport(hub: Hub, by: Actor, id: string): Promise<ImportDoc> {
  const { state } = await findImport(id)
  if (state !== 'running') return refuse('wrong-state')
  return endImport(hub, id, 'cancelled', { by })
}

/** Forgets an import that is not running. Refuses `not-found`, `wrong-state`. */
export async function removeImport(hub: Hub, id: string): Promise<void> {
  const doc = await findImport(id)
  if (doc.state === 'running') return refuse('wrong-state')
  const { deletedCount } = await Import.deleteOne({ _id: doc._id, state: { $ne: 'running' } })
  if (deletedCount === 0) return refuse('wrong-state')
  await forgetRows(id)
  await removeCsv(doc.fileId)
  hub.stream.publish({ name: 'setting.changed', payload: { resource: 'import', id }, topics: ['audience'] })
}

/** Forgets what was kept of the rows of an import. */
export async function forgetRows(id: string): Promise<void> {
  await BadRow.deleteMany({ importId: id })
  await ImportedContact.deleteMany({ _id: { $gte: id, $lt: `${id}g` } })
}
