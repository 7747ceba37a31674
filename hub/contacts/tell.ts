import type { Hub } from '../hub.ts'
import { Interaction, type InteractionDoc } from '../interactions/interaction.model.ts'
import { writeInteraction } from '../interactions/write.ts'
import { contactTold, presentContact, type ContactDoc } from './contact.model.ts'

const openStates = ['queued', 'offered', 'active', 'wrapup'] as const

/** What is open with a contact. */
export const openOf = async ({ _id }: Pick<ContactDoc, '_id'>): Promise<InteractionDoc[]> =>
  (await Interaction.find({ contactId: _id, state: { $in: openStates } }).lean()) as InteractionDoc[]

/** Tells a changed contact, also to whoever looks at something that is open with them. */
export async function tellContact(hub: Hub, contact: ContactDoc): Promise<void> {
  hub.relay.pass(contactTold, contact)
  const open = await openOf(contact)
  if (open.length === 0) return
  hub.stream.publish({
    name: 'contact.changed',
    payload: { contact: presentContact(contact) },
    topics: open.map(({ _id }) => `interaction:${_id.toHexString()}`)
  })
}

/** Open interactions carry the name for lists. */
export async function renameOnInteractions(hub: Hub, contact: ContactDoc): Promise<void> {
  for (const { _id, contactName } of await openOf(contact))
    if (contactName !== contact.name)
      await writeInteraction(hub, _id, () => ({ set: { contactName: contact.name }, entries: [] }))
}
