import { Types } from 'mongoose'
import type * as route from '@palabre/config/contract/contact'
import type { Input, Reply } from '@palabre/config/contract/define'
import { openDoors } from '../calls/door.ts'
import { containing } from '../containing.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { canonicalPoint, pointKey } from './canonical.ts'
import { Contact, presentContact, type ContactDoc } from './contact.model.ts'
import { contactsAt } from './find.ts'

const looksLikeNumber = /^[+\d\s().\-/]{4,40}$/

/** The numbers that somebody who types this may mean: with its country's code, or as it is dialled at our accounts. */
async function numbersMeant(hub: Hub, text: string): Promise<string[]> {
  if (/^(\+|00)/.test(text)) return [text]
  const doors = await openDoors(hub)
  const national = doors.flatMap(({ calls, opened }) => calls.number(text, opened) ?? [])
  return [`+${text.replace(/\D/g, '')}`, ...national]
}

/** Keys of the points that a typed text names. */
async function keysMeant(hub: Hub, text: string): Promise<string[]> {
  if (canonicalPoint('email', text) !== null) return [pointKey('email', text)]
  if (!looksLikeNumber.test(text)) return []
  const numbers = await numbersMeant(hub, text)
  return [...new Set(numbers.flatMap((number) => [pointKey('phone', number), pointKey('whatsapp', number)]))]
}

/** How a typed text is found in cards: as it stands, and a number without what people put between its digits. */
function patterns(text: string) {
  if (text === '') return []
  const digits = looksLikeNumber.test(text) ? text.replace(/\D/g, '').replace(/^0+/, '') : ''
  return [
    { name: containing(text) },
    { 'points.value': containing(text) },
    ...(digits.length >= 4 ? [{ 'points.value': containing(digits) }] : [])
  ]
}

/** Contacts whose name or contact point contains the text, by name. `after` is `<name>|<id>` of the last one. */
export async function searchContacts(
  hub: Hub,
  { text = '', after, limit = 30 }: Input<typeof route.searchContacts>['query']
): Promise<Reply<typeof route.searchContacts>> {
  const words = text.trim()
  const split = after?.lastIndexOf('|') ?? -1
  const name = after?.slice(0, split) ?? ''
  const id = after?.slice(split + 1) ?? ''
  if (after !== undefined && !/^[0-9a-f]{24}$/.test(id))
    refuse('invalid-input', undefined, [{ path: 'after', message: 'is not a page mark' }])
  const meant = words === '' ? [] : [...(await contactsAt(await keysMeant(hub, words))).values()]
  const docs = (await Contact.find({
    mergedInto: null,
    $and: [
      words ? { $or: [...patterns(words), { _id: { $in: meant.map(({ _id }) => _id) } }] } : {},
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
