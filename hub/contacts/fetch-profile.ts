import { ChannelError, type Profile } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import { openAccount, type AccountDoc } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import { setHealth } from '../accounts/health.ts'
import type { Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { Contact, type ContactDoc, type ProfileDoc } from './contact.model.ts'
import { marksOf } from './likeness.ts'
import { removePicture, squareOf, storePicture } from './picture.ts'
import { renameOnInteractions, tellContact } from './tell.ts'

/** How long one attempt may take before another worker may try. */
const claimMs = 60_000
const attemptsAllowed = 6

/** When the next attempt is made: 1 min, 4 min, 16 min … four hours at most. */
const pauseAfter = (attempt: number) => Math.min(4 * 3_600_000, 60_000 * 4 ** (attempt - 1))

/**
 * Asks the platform for a contact's name and picture, once however many workers try. A name replaces only one that is
 * still the raw address. Nobody is told of a failure but the log, except that our credentials are wrong.
 */
export async function fetchProfile(hub: Hub, id: string): Promise<void> {
  const now = new Date()
  const contact = (await Contact.findOneAndUpdate(
    { _id: id, profileAt: { $lte: now, $type: 'date' }, mergedInto: null },
    { $set: { profileAt: new Date(now.getTime() + claimMs) }, $inc: { 'profile.attempts': 1 } },
    { returnDocument: 'after' }
  ).lean()) as ContactDoc | null
  if (!contact?.profile) return
  const account = await accountOf(hub, contact.profile.accountId.toHexString())
  try {
    const profile = account && !account.archived ? await ask(hub, account, contact.profile.address) : null
    await take(hub, contact, contact.profile, profile)
  } catch (error) {
    await failed(hub, contact, contact.profile, account, error)
  }
}

async function ask(hub: Hub, account: AccountDoc, address: string): Promise<Profile | null> {
  const channel = channelNamed(account.channel)
  return (
    (await channel.profile?.(address, openAccount(hub, account), AbortSignal.timeout(claimMs / 2))) ?? null
  )
}

async function take(hub: Hub, contact: ContactDoc, asked: ProfileDoc, profile: Profile | null) {
  const square = profile?.picture ? await squareOf(profile.picture.content) : null
  const pictureId = square && (await storePicture(contact._id, square))
  const before = contact.pictureId
  const written = await change(Contact, contact._id, (newest) => {
    const name = profile?.name?.trim() ?? ''
    const isRaw = newest.name === asked.address || newest.points.some(({ value }) => value === newest.name)
    const renamed = name !== '' && isRaw ? name.slice(0, 200) : newest.name
    return {
      set: {
        name: renamed,
        marks: marksOf({ ...newest, name: renamed }),
        ...(pictureId && { pictureId }),
        profile: { ...asked, fetchedAt: new Date(), attempts: 0 },
        profileAt: null
      },
      entries: []
    }
  })
  if (!written) return
  if (pictureId && before && !before.equals(pictureId)) await removePicture(contact._id, before)
  await tellContact(hub, written.doc)
  await renameOnInteractions(hub, written.doc)
}

async function failed(
  hub: Hub,
  { _id }: ContactDoc,
  asked: ProfileDoc,
  account: AccountDoc | null,
  error: unknown
) {
  const known = error instanceof ChannelError ? error : null
  hub.log.warn({ err: error, contactId: _id.toHexString() }, 'a profile could not be fetched')
  if (account && known?.reason === 'unauthorized') await setHealth(hub, account, 'refused', known.message)
  const isFinal = known?.reason === 'refused' || asked.attempts >= attemptsAllowed
  const next = new Date(Date.now() + (known?.retryAfterMs ?? pauseAfter(asked.attempts)))
  await Contact.updateOne(
    { _id, profileAt: { $type: 'date' } },
    {
      $set: isFinal
        ? { profileAt: null, profile: { ...asked, fetchedAt: new Date(), attempts: 0 } }
        : { profileAt: next }
    }
  )
}
