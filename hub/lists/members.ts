import { Types } from 'mongoose'
import type { Actor, Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { Contact, idsOf, type ContactDoc } from '../contacts/contact.model.ts'
import { lists } from './keep.ts'
import { ContactList, ListMember, listTold, type ListDoc, type MemberDoc } from './list.model.ts'

const duplicateKey = 11000

/** Puts contacts on a list without counting it; who is there already stays there once. */
export async function putOnList(
  listId: Types.ObjectId,
  contactIds: readonly Types.ObjectId[],
  source: MemberDoc['source']
): Promise<void> {
  if (contactIds.length === 0) return
  const at = new Date()
  try {
    await ListMember.collection.insertMany(
      contactIds.map((contactId) => ({ _id: new Types.ObjectId(), listId, contactId, at, source })) as never,
      { ordered: false }
    )
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
  }
}

/** Counts a list anew and tells it when it is another number now; with `entry` that is traced too. */
export async function recount(
  hub: Hub,
  listId: Types.ObjectId | string,
  entry?: { name: string; by: Actor; changes: Record<string, unknown> }
): Promise<ListDoc> {
  const members = await ListMember.countDocuments({ listId: new Types.ObjectId(listId) })
  const { doc, changed } = found(
    await change(ContactList, listId, (list) =>
      list.members === members && !entry ? null : { set: { members }, entries: entry ? [entry] : [] }
    )
  )
  if (changed) hub.relay.pass(listTold, doc)
  return doc
}

/** Puts contacts on a list by hand. Refuses `not-found`, `unknown-reference`, `wrong-state` for an archived list. */
export async function addMembers(
  hub: Hub,
  by: Actor,
  listId: string,
  contactIds: readonly string[]
): Promise<ListDoc> {
  const list = await lists.find(listId)
  if (list.archived) return refuse('wrong-state')
  const contacts = (await Contact.find({ _id: { $in: contactIds } }, { mergedInto: 1 }).lean()) as Pick<
    ContactDoc,
    '_id'
  >[]
  if (contacts.length !== contactIds.length)
    return refuse('unknown-reference', undefined, [
      { path: 'contactIds', message: 'names a contact that does not exist' }
    ])
  await putOnList(
    list._id,
    contacts.map(({ _id }) => _id),
    'hand'
  )
  return recount(hub, listId, { name: 'addMembers', by, changes: { added: contactIds.length } })
}

/** Takes contacts off a list, also where they stand under the id of somebody who was merged into them. */
export async function removeMembers(
  hub: Hub,
  by: Actor,
  listId: string,
  contactIds: readonly string[]
): Promise<ListDoc> {
  const list = await lists.find(listId)
  const contacts = (await Contact.find({ _id: { $in: contactIds } }, { absorbed: 1 }).lean()) as Pick<
    ContactDoc,
    '_id' | 'absorbed'
  >[]
  const ids = [...new Set([...contactIds, ...contacts.flatMap(idsOf)])].map((id) => new Types.ObjectId(id))
  await ListMember.deleteMany({ listId: list._id, contactId: { $in: ids } })
  return recount(hub, listId, { name: 'removeMembers', by, changes: { removed: contactIds.length } })
}
