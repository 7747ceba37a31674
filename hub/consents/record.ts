import { Types } from 'mongoose'
import type * as route from '@palabre/config/contract/consent'
import type { Consent as ConsentWire } from '@palabre/config/contract/consent'
import type { Input } from '@palabre/config/contract/define'
import { idsOf } from '../contacts/contact.model.ts'
import { findContact } from '../contacts/find.ts'
import type { Actor } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { momentOf } from '../wire.ts'
import { Consent, type ConsentDoc } from './consent.model.ts'
import { purposes } from './purpose.model.ts'
import { isNewer } from './standing.ts'

const duplicateKey = 11000
/** Clocks of those who send us forms may run ahead by so much. */
const aheadMs = 300_000

/** Adds lines to what contacts said; one that is there already (by its id) stays as it is. */
export async function addConsents(lines: readonly Omit<ConsentDoc, 'notedAt'>[]): Promise<void> {
  if (lines.length === 0) return
  const notedAt = new Date()
  try {
    await Consent.collection.insertMany(lines.map((line) => ({ ...line, notedAt })) as never, {
      ordered: false
    })
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
  }
}

/** Writes down what a contact said. Refuses `not-found`, `unknown-reference`, `invalid-input` for a time to come. */
export async function recordConsent(
  by: Actor,
  contactId: string,
  { channel, purposeId, state, source, at: said, proof }: Input<typeof route.recordConsent>['body']
): Promise<ConsentWire[]> {
  const contact = await findContact(contactId)
  const purpose = await purposes.find(purposeId).catch(() => null)
  if (!purpose || purpose.archived)
    return refuse('unknown-reference', 'purposeId', [{ path: 'purposeId', message: 'names no purpose' }])
  const at = said ? momentOf(said, 'at') : new Date()
  if (at.getTime() > Date.now() + aheadMs)
    return refuse('invalid-input', undefined, [{ path: 'at', message: 'lies ahead' }])
  await addConsents([
    {
      _id: new Types.ObjectId().toHexString(),
      contactId: contact._id,
      channel,
      purposeId: purpose._id,
      state,
      at,
      source,
      proof,
      byName: by.name
    }
  ])
  return consentsOf(contactId)
}

/** All that a contact ever said, by purpose and channel. Refuses `not-found`. */
export async function consentsOf(contactId: string): Promise<ConsentWire[]> {
  const contact = await findContact(contactId)
  const lines = (await Consent.find({
    contactId: { $in: idsOf(contact).map((id) => new Types.ObjectId(id)) }
  })
    .sort({ at: -1, notedAt: -1, _id: -1 })
    .lean()) as ConsentDoc[]
  const byPurpose = new Map<string, ConsentDoc[]>()
  for (const line of lines) {
    const key = `${line.purposeId.toHexString()} ${line.channel}`
    byPurpose.set(key, [...(byPurpose.get(key) ?? []), line])
  }
  return [...byPurpose.values()].map((history) => {
    const newest = history.reduce((best, line) => (isNewer(line, best) ? line : best))
    return {
      channel: newest.channel,
      purposeId: newest.purposeId.toHexString(),
      state: newest.state,
      at: newest.at.toISOString(),
      history: history.map(({ state, at, source, proof, byName, notedAt }) => ({
        state,
        at: at.toISOString(),
        source,
        proof,
        byName,
        notedAt: notedAt.toISOString()
      }))
    }
  })
}
