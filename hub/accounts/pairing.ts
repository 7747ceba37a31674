import type { Pairing } from '@palabre/channels/channel'
import type { Hub } from '../hub.ts'
import { accountTold, ChannelAccountModel, type AccountDoc } from './account.model.ts'

/** Shows, or takes away, what an administrator has to do by hand before an account is connected. */
export async function setPairing(hub: Hub, account: AccountDoc, pairing: Pairing | null): Promise<void> {
  const doc = (await ChannelAccountModel.findByIdAndUpdate(
    account._id,
    { $set: { pairing: pairing && { ...pairing, qr: hub.vault.seal(pairing.qr, purposeOf(account)) } } },
    { returnDocument: 'after' }
  ).lean()) as AccountDoc | null
  const [changed] = doc ? accountTold.tell(doc) : []
  if (changed) hub.stream.publish(changed)
}

/** What is to be scanned now; null when nothing is, or its time is over. Whoever scans it has the session. */
export function pairingOf(hub: Hub, account: AccountDoc, now = new Date()): Pairing | null {
  const { pairing } = account
  if (!pairing || pairing.expiresAt < now) return null
  return { qr: hub.vault.open(pairing.qr, purposeOf(account)), expiresAt: pairing.expiresAt }
}

const purposeOf = ({ _id }: AccountDoc) => `pairing:${_id.toHexString()}`
