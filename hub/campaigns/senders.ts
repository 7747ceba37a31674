import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { Types } from 'mongoose'
import type { CampaignSender, updateSender } from '@palabre/config/contract/campaign'
import type { Input } from '@palabre/config/contract/define'
import { channels } from '@palabre/channels/registry'
import { ChannelAccountModel, openAccount, type AccountDoc } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import type { Hub } from '../hub.ts'
import { found, refuse } from '../refuse.ts'
import { campaignNow } from './clock.ts'
import { dayIn } from './hours.ts'
import { reachedLately } from './reached-lately.ts'
import { bulkDoorOf, carriedBy } from './running.ts'
import { Sender, keyPurpose, senderOf, type SenderDoc } from './sender.model.ts'
import { capOf } from './warm-up.ts'

const generate = promisify(generateKeyPair)
/** RFC 8301: no less than 2048 bits. */
const keyBits = 2048

async function present(hub: Hub, account: AccountDoc, sender: SenderDoc): Promise<CampaignSender> {
  const carries = carriedBy(account)
  const { address, domain } =
    carries === 'mail' ? bulkDoorOf(account).from(openAccount(hub, account)) : { address: '', domain: '' }
  const now = campaignNow()
  const today = dayIn('UTC', now)
  const { dkim, tier } = sender
  const reached = tier === null ? null : await reachedLately(account._id, now)
  const isFull = reached !== null && tier !== null && reached.count(now) >= tier
  const roomAt = isFull ? reached.next(now) : null
  return {
    accountId: account._id.toHexString(),
    carries,
    name: account.name,
    address,
    domain,
    version: sender.version,
    perSecond: sender.perSecond,
    perDomain: sender.perDomain,
    lines: sender.lines,
    tier,
    reached: reached?.count(now) ?? 0,
    roomAt: roomAt === null ? null : new Date(roomAt).toISOString(),
    warmUp: sender.warmUp,
    sentToday: sender.days[today] ?? 0,
    capToday: capOf(sender.warmUp, today),
    dkim: dkim && {
      selector: dkim.selector,
      record: {
        name: `${dkim.selector}._domainkey.${dkim.domain}`,
        value: `v=DKIM1; k=rsa; p=${dkim.publicKey}`
      },
      createdAt: dkim.createdAt.toISOString()
    },
    trouble: sender.trouble
  }
}

/** Accounts that campaigns may leave by. */
export async function listSendersOf(hub: Hub): Promise<CampaignSender[]> {
  const names = channels.filter(({ bulk, bulkTemplates }) => bulk ?? bulkTemplates).map(({ name }) => name)
  const accounts = (await ChannelAccountModel.find({ channel: { $in: names }, archived: false })
    .sort({ name: 1 })
    .lean()) as AccountDoc[]
  return Promise.all(accounts.map(async (account) => present(hub, account, await senderOf(account))))
}

async function accountFor(hub: Hub, id: string): Promise<AccountDoc> {
  const account = found(await accountOf(hub, id))
  if (account.archived) return refuse('not-found')
  carriedBy(account)
  return account
}

/** Writes what changes of a sender; refuses `changed-meanwhile`. */
async function write(
  hub: Hub,
  account: AccountDoc,
  version: number,
  set: Partial<SenderDoc>
): Promise<CampaignSender> {
  const { days: _days, _id, ...usual } = await senderOf(account)
  try {
    await Sender.updateOne(
      version === 0 ? { _id, $or: [{ version: 0 }, { version: { $exists: false } }] } : { _id, version },
      // What may leave is another thing now, and so is when there is room again.
      { $set: { ...usual, restUntil: null, ...set, version: version + 1 } },
      { upsert: version === 0 }
    )
  } catch (error) {
    if ((error as { code?: number }).code !== 11000) throw error
  }
  const newest = await senderOf(account)
  if (newest.version !== version + 1) return refuse('changed-meanwhile')
  hub.stream.publish({
    name: 'setting.changed',
    payload: { resource: 'campaign-sender', id: account._id.toHexString() },
    topics: ['everybody']
  })
  return present(hub, account, newest)
}

/** Changes the pace of an account. Refuses `not-found`, `changed-meanwhile`. */
export async function updateSenderOf(
  hub: Hub,
  id: string,
  { version, change }: Input<typeof updateSender>['body']
): Promise<CampaignSender> {
  return write(hub, await accountFor(hub, id), version, change)
}

/** Makes a new key for the domain of an account; the old one is gone. */
export async function makeKeyOf(hub: Hub, id: string): Promise<CampaignSender> {
  const account = await accountFor(hub, id)
  const { domain } = bulkDoorOf(account).from(openAccount(hub, account))
  const { publicKey, privateKey } = await generate('rsa', {
    modulusLength: keyBits,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
  })
  const { version } = await senderOf(account)
  const createdAt = new Date()
  return write(hub, account, version, {
    dkim: {
      domain,
      selector: `palabre${createdAt.toISOString().slice(0, 10).replace(/-/g, '')}${new Types.ObjectId().toHexString().slice(-4)}`,
      publicKey: publicKey.toString('base64'),
      sealed: hub.vault.seal(privateKey, keyPurpose(account._id)),
      createdAt
    }
  })
}
