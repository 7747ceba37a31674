import { Types } from 'mongoose'
import { Consent } from '../consents/consent.model.ts'
import { Contact, idsOf, type ContactDoc } from '../contacts/contact.model.ts'
import { loadContact } from '../contacts/find.ts'
import { traceAction } from '../audit/trace.ts'
import type { Actor, Hub } from '../hub.ts'
import { BadRow, ImportedContact } from '../imports/import.model.ts'
import { ListMember } from '../lists/list.model.ts'
import { recount } from '../lists/members.ts'
import { suppress } from '../suppressions/suppress.ts'
import { canonicalAddress, markOf } from '../suppressions/mark.ts'
import { Suppression } from '../suppressions/suppression.model.ts'

/**
 * Forgets what audiences know of a contact who is to be erased, and of all who were merged into them: lists, consent,
 * rows of imports. Their addresses stay suppressed for good, known by a keyed fingerprint only. The contact's own record
 * is left to whoever erases it; call this before. Safe to repeat.
 */
export async function eraseContact(hub: Hub, by: Actor, contactId: string): Promise<void> {
  const ids = idsOf(await loadContact(contactId)).map((id) => new Types.ObjectId(id))
  const contacts = (await Contact.find({ _id: { $in: ids } }, { points: 1 }).lean()) as Pick<
    ContactDoc,
    'points'
  >[]
  const addresses = contacts.flatMap(({ points }) =>
    points.flatMap(({ kind, value }) => {
      if (kind !== 'email' && kind !== 'phone' && kind !== 'whatsapp') return []
      return [{ kind: kind === 'email' ? ('email' as const) : ('phone' as const), address: value }]
    })
  )
  await suppress(
    hub,
    addresses.map((one) => ({ ...one, purposeId: null, reason: 'erasure', byName: by.name }))
  )
  const marks = addresses.flatMap(({ kind, address }) => {
    const canonical = canonicalAddress(kind, address)
    return canonical === null ? [] : [markOf(hub, kind, canonical)]
  })
  // Of one purpose as well: the reason stays, the address goes.
  await Suppression.updateMany({ mark: { $in: marks } }, { $set: { address: null, note: '' } })
  await BadRow.deleteMany({ marks: { $in: marks } })
  const memberships = await ListMember.distinct('listId', { contactId: { $in: ids } })
  await ListMember.deleteMany({ contactId: { $in: ids } })
  await Consent.deleteMany({ contactId: { $in: ids } })
  await ImportedContact.deleteMany({ contactId: { $in: ids } })
  for (const listId of memberships) await recount(hub, listId)
  await traceAction(by, 'contact.eraseAudience', 'contact', contactId)
}
