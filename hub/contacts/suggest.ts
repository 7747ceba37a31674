import type { Likeness } from '@palabre/config/contract/contact'
import { Contact, idsOf, presentContact, type ContactDoc } from './contact.model.ts'
import { findContact } from './find.ts'
import { likenessOf, marksOf } from './likeness.ts'

/** A mark that more share than this (an address that everybody gives) suggests nobody in particular. */
const mostLooked = 50
const mostSuggested = 5

const order = { certain: 0, likely: 1, possible: 2 }

/** Whoever has a mark in common with this contact; from the index of marks alone. */
export const alikeFilter = (contact: ContactDoc) => ({
  marks: { $in: marksOf(contact), $type: 'string' as const },
  _id: { $ne: contact._id },
  mergedInto: null
})

/** Did somebody say that these are not the same person, before or after they were merged with others? */
function areDistinct(one: ContactDoc, other: ContactDoc): boolean {
  const said = (by: ContactDoc, of: ContactDoc) => idsOf(of).some((id) => by.distinctIds?.includes(id))
  return said(one, other) || said(other, one)
}

/** Other contacts who may be the same person, the surest first. Refuses `not-found`. */
export async function suggestMerges(id: string): Promise<Likeness[]> {
  const contact = await findContact(id)
  if (marksOf(contact).length === 0) return []
  const alike = (await Contact.find(alikeFilter(contact)).limit(mostLooked).lean()) as ContactDoc[]
  return alike
    .filter((other) => !areDistinct(contact, other))
    .flatMap((other) => {
      const likeness = likenessOf(contact, other)
      return likeness ? [{ contact: presentContact(other), ...likeness }] : []
    })
    .sort((a, b) => order[a.confidence] - order[b.confidence])
    .slice(0, mostSuggested)
}
