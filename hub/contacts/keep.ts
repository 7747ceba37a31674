import { Types } from 'mongoose'
import type * as route from '@palabre/config/contract/contact'
import type { Input, Reply } from '@palabre/config/contract/define'
import { containing } from '../containing.ts'
import { Conversation } from '../conversations/conversation.model.ts'
import type { Actor, Hub } from '../hub.ts'
import { Interaction, type InteractionDoc } from '../interactions/interaction.model.ts'
import { writeInteraction } from '../interactions/write.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { Contact, contactTold, presentContact, type ContactDoc } from './contact.model.ts'

/** Contacts whose name or contact point contains the text, by name. `after` is `<name>|<id>` of the last one. */
export async function searchContacts({
  text = '',
  after,
  limit = 30
}: Input<typeof route.searchContacts>['query']): Promise<Reply<typeof route.searchContacts>> {
  const pattern = containing(text.trim())
  const split = after?.lastIndexOf('|') ?? -1
  const name = after?.slice(0, split) ?? ''
  const id = after?.slice(split + 1) ?? ''
  if (after !== undefined && !/^[0-9a-f]{24}$/.test(id))
    refuse('invalid-input', undefined, [{ path: 'after', message: 'is not a page mark' }])
  const docs = (await Contact.find({
    mergedInto: null,
    $and: [
      text.trim() ? { $or: [{ name: pattern }, { 'points.value': pattern }] } : {},
      after !== undefined
        ? { $or: [{ name: { $gt: name } }, { name, _id: { $gt: new Types.ObjectId(id) } }] }
        : {}
    ]
  } as never)
    .sort({ name: 1, _id: 1 })
    .limit(limit + 1)
    .lean()) as ContactDoc[]
  const page = docs.slice(0, limit)
  const last = page[page.length - 1]
  return {
    items: page.map(presentContact),
    ...(docs.length > limit && last && { next: `${last.name}|${last._id.toHexString()}` })
  }
}

export async function updateContact(
  hub: Hub,
  by: Actor,
  id: string,
  { version, change: given }: Input<typeof route.updateContact>['body']
): Promise<ContactDoc> {
  const { doc } = found(
    await change(Contact, id, (contact) => {
      if (contact.version !== version) return refuse('changed-meanwhile')
      return {
        set: given,
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
  hub.relay.pass(contactTold, doc)
  if (given.name !== undefined) await renameOnInteractions(hub, doc)
  return doc
}

/** Open interactions carry the name for lists. */
async function renameOnInteractions(hub: Hub, contact: ContactDoc) {
  const open = (await Interaction.find({
    contactId: contact._id,
    state: { $in: ['queued', 'offered', 'active', 'wrapup'] }
  }).lean()) as InteractionDoc[]
  for (const { _id } of open)
    await writeInteraction(hub, _id, () => ({ set: { contactName: contact.name }, entries: [] }))
}

/** Joins another contact into this one. The points move; the other is kept as a mark of the merge. */
export async function mergeContacts(hub: Hub, by: Actor, id: string, otherId: string) {
  if (id === otherId) return refuse('wrong-state', 'It is the same contact')
  const other = found((await Contact.findById(otherId).lean()) as ContactDoc | null)
  found(await Contact.exists({ _id: id, mergedInto: null }))
  if (other.mergedInto) return refuse('wrong-state', 'It was merged before')
  // Points are unique, so they leave the one before they come to the other.
  await change(Contact, other._id, () => ({
    set: { points: [], mergedInto: new Types.ObjectId(id) },
    entries: [{ name: 'merge', by, changes: { mergedInto: [null, id] } }]
  }))
  const { doc } = found(
    await change(Contact, id, (contact) => ({
      set: {
        points: [...contact.points, ...other.points],
        attributes: { ...other.attributes, ...contact.attributes },
        company: contact.company || other.company,
        notes: [contact.notes, other.notes].filter(Boolean).join('\n\n')
      },
      entries: [{ name: 'merge', by, changes: { points: [contact.points.length, other.points.length] } }]
    }))
  )
  await Conversation.updateMany({ contactId: other._id }, { $set: { contactId: doc._id } })
  await Interaction.updateMany({ contactId: other._id }, { $set: { contactId: doc._id } })
  hub.relay.pass(contactTold, doc)
  await renameOnInteractions(hub, doc)
}
