import { Types } from 'mongoose'
import type { AudienceChannel } from '@palabre/config/contract/consent'
import { idsOf, type ContactDoc } from '../contacts/contact.model.ts'
import { Consent, type ConsentDoc } from './consent.model.ts'

type Line = Pick<ConsentDoc, 'contactId' | 'at' | 'state'>

/** Of two things that were said the later one counts; said at once, a no. */
export const isNewer = (line: Omit<Line, 'contactId'>, than: Omit<Line, 'contactId'> | undefined): boolean =>
  !than ||
  line.at.getTime() > than.at.getTime() ||
  (line.at.getTime() === than.at.getTime() && line.state === 'withdrawn')

/**
 * What contacts say about a purpose on a channel at this moment, by contact id; who never said anything is not in it.
 * What was said by somebody who was merged into them counts as theirs. One command for all.
 */
export async function standingOf(
  contacts: readonly Pick<ContactDoc, '_id' | 'absorbed'>[],
  channel: AudienceChannel,
  purposeId: string
): Promise<Map<string, ConsentDoc['state']>> {
  const owner = new Map(
    contacts.flatMap((one) => idsOf(one).map((id) => [id, one._id.toHexString()] as const))
  )
  const lines = (await Consent.collection
    .find(
      {
        contactId: { $in: [...owner.keys()].map((id) => new Types.ObjectId(id)) },
        purposeId: new Types.ObjectId(purposeId),
        channel
      } as never,
      { projection: { _id: 0, contactId: 1, at: 1, state: 1 } }
    )
    .toArray()) as unknown as Line[]
  const newest = new Map<string, Line>()
  for (const line of lines) {
    const id = owner.get(line.contactId.toHexString())
    if (id !== undefined && isNewer(line, newest.get(id))) newest.set(id, line)
  }
  return new Map([...newest].map(([id, { state }]) => [id, state]))
}
