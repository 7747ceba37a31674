import { Types } from 'mongoose'
import { Contact, idsOf, type ContactDoc } from '../contacts/contact.model.ts'
import { ContactMerge } from '../contacts/merge.model.ts'
import { ListMember } from './list.model.ts'

/** So many members are read with one command. */
const atOnce = 1000

const inOrder = (a: Types.ObjectId, b: Types.ObjectId) => (a.toHexString() < b.toHexString() ? -1 : 1)

/**
 * Ids of the contacts who are on one of the lists, in their order, each once, in batches; `after` is the last one seen.
 * Whoever was merged stands where the contact stands that they are now.
 */
export async function* membersOf(
  listIds: readonly string[],
  after: Types.ObjectId | null
): AsyncGenerator<Types.ObjectId[]> {
  const lists = listIds.map((id) => new Types.ObjectId(id))
  const led = await ledHere(lists)
  let last = after
  for (;;) {
    const page = (await ListMember.collection
      .find(
        { listId: { $in: lists }, ...(last && { contactId: { $gt: last } }) },
        { projection: { _id: 0, contactId: 1 } }
      )
      .sort({ contactId: 1 })
      .limit(atOnce)
      .toArray()) as unknown as { contactId: Types.ObjectId }[]
    const isLast = page.length < atOnce
    const end = isLast ? null : page.at(-1)!.contactId
    const between = led.filter(
      (id) =>
        (!last || (inOrder(last, id) < 0 && !last.equals(id))) &&
        (!end || inOrder(id, end) < 0 || end.equals(id))
    )
    const ids = new Map(
      [...page.map(({ contactId }) => contactId), ...between].map((id) => [id.toHexString(), id])
    )
    if (ids.size > 0) yield [...ids.values()].sort(inOrder)
    if (isLast) return
    last = end
  }
}

/** Contacts who are on a list because somebody was merged into them who is. Merges are few beside contacts. */
async function ledHere(listIds: Types.ObjectId[]): Promise<Types.ObjectId[]> {
  const targets = await ContactMerge.distinct('targetId', {
    state: { $in: ['merging', 'merged', 'parting'] }
  })
  const docs = (await Contact.find(
    { _id: { $in: targets }, mergedInto: null },
    { absorbed: 1 }
  ).lean()) as Pick<ContactDoc, '_id' | 'absorbed'>[]
  const owner = new Map(
    docs.flatMap((doc) => idsOf(doc).map((id): [string, Types.ObjectId] => [id, doc._id]))
  )
  const led = new Map<string, Types.ObjectId>()
  const ids = [...owner.keys()].map((id) => new Types.ObjectId(id))
  for (let i = 0; i < ids.length; i += atOnce) {
    const members = await ListMember.find(
      { listId: { $in: listIds }, contactId: { $in: ids.slice(i, i + atOnce) } },
      { contactId: 1 }
    ).lean()
    for (const { contactId } of members) {
      const whose = owner.get(contactId.toHexString())
      if (whose) led.set(whose.toHexString(), whose)
    }
  }
  return [...led.values()].sort(inOrder)
}
