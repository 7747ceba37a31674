import type * as route from '@palabre/config/contract/contact'
import type { Input } from '@palabre/config/contract/define'
import type { Actor, Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { Contact, type ContactDoc } from './contact.model.ts'
import { marksOf } from './likeness.ts'
import { renameOnInteractions, tellContact } from './tell.ts'

/** Changes a contact's card. Refuses one that is newer than the version it was made from, or was merged. */
export async function updateContact(
  hub: Hub,
  by: Actor,
  id: string,
  { version, change: given }: Input<typeof route.updateContact>['body']
): Promise<ContactDoc> {
  const { doc } = found(
    await change(Contact, id, (contact) => {
      if (contact.mergedInto || contact.version !== version) return refuse('changed-meanwhile')
      return {
        set: { ...given, marks: marksOf({ ...contact, ...given }) },
        entries: [
          {
            name: 'update',
            by,
            changes: Object.fromEntries(
              Object.entries(given).map(([field, value]) => [
                field,
                [contact[field as keyof ContactDoc], value]
              ])
            )
          }
        ]
      }
    })
  )
  await tellContact(hub, doc)
  if (given.name !== undefined) await renameOnInteractions(hub, doc)
  return doc
}
