import { channelNamed } from '@palabre/channels/registry'
import type { AccountDoc } from '../accounts/account.model.ts'
import { Contact, type ContactDoc } from './contact.model.ts'

/** What a platform shows of a person is asked for again when it is older than this and they write. */
const keptMs = 30 * 86_400_000

const mayAsk = (account: AccountDoc) => channelNamed(account.channel).profile !== undefined

/** What a new contact begins with: their profile is to be fetched, where the channel has any. */
export const freshProfile = (
  account: AccountDoc,
  address: string,
  now: Date
): Pick<ContactDoc, 'profile' | 'profileAt'> =>
  mayAsk(account)
    ? { profile: { accountId: account._id, address, fetchedAt: null, attempts: 0 }, profileAt: now }
    : { profile: null, profileAt: null }

/** Somebody known writes: their profile is due when it was never fetched, or long ago. */
export async function askProfile(
  contact: ContactDoc,
  account: AccountDoc,
  address: string,
  now: Date
): Promise<void> {
  const { profile, profileAt } = contact
  if (!mayAsk(account) || profileAt || (profile?.fetchedAt && +profile.fetchedAt > +now - keptMs)) return
  await Contact.updateOne(
    { _id: contact._id, profileAt: null },
    { $set: freshProfile(account, address, now) }
  )
}
