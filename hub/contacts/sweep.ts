import type { Hub } from '../hub.ts'
import { Contact } from './contact.model.ts'
import { finishMerges } from './finish-merges.ts'

const atOnce = 200
/** A job that failed keeps its key for a while; after this time another one is set. */
const jobMs = 10_000

/** Finds what is due of contacts: profiles to be fetched, merges that were interrupted. */
export async function sweepContacts(hub: Hub, now: Date): Promise<void> {
  const asked = await Contact.find({ profileAt: { $lte: now, $type: 'date' } }, { _id: 1 })
    .limit(atOnce)
    .lean()
  const turn = String(Math.floor(now.getTime() / jobMs))
  for (const { _id } of asked) {
    const contactId = _id.toHexString()
    hub.schedule('profile.fetch', { contactId }, { key: `${contactId}-${turn}` })
  }
  await finishMerges(hub, now)
}
