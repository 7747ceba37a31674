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
import { bulkDoorOf } from './running.ts'
import { Sender, keyPurpose, senderFor, type SenderDoc } from './sender.model.ts'
import { capOf } from './warm-up.ts'

const generate = promisify(generateKeyPair)
/** RFC 8301: no less than 2048 bits. */
const keyBits = 2048

function present(hub: Hub, account: AccountDoc, sender: SenderDoc): CampaignSender {
  const { address, domain } = bulkDoorOf(account).from(openAccount(hub, account))
  const today = dayIn('UTC', campaignNow())
  const { dkim } = sender
  return {
    accountId: account._id.toHexString(),
    name: account.name,
    address,
    domain,
    version: sender.version,
    perSecond: sender.perSecond,
    perDomain: sender.perDomain,
    lines: sender.lines,
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
  const names = channels.filter(({ bulk }) => bulk).map(({ name }) => name)
  const accounts = (await ChannelAccountModel.find({ channel: { $in: names }, archived: false })
    .sort({ name: 1 })
    .lean()) as AccountDoc[]
  return Promise.all(accounts.map(async (account) => present(hub, account, await senderFor(account._id))))
}

async function accountFor(hub: Hub, id: string): Promise<AccountDoc> {
  const account = found(await accountOf(hub, id))
  if (account.archived) return refuse('not-found')
  bulkDoorOf(account)
  return account
}

/** Writes what changes of a sender; refuses `changed-meanwhile`. */
async function write(
  hub: Hub,
  account: AccountDoc,
  version: number,
  set: Partial<SenderDoc>
): Promise<CampaignSender> {
  const { days: _days, _id, ...usual } = await senderFor(account._id)
  try {
    await Sender.updateOne(
      version === 0 ? { _id, $or: [{ version: 0 }, { version: { $exists: false } }] } : { _id, version },
      { $set: { ...usual, ...set, version: version + 1 } },
      { upsert: version === 0 }
    )
  } catch (error) {
    if ((error as { code?: number }).code !== 11000) throw error
  }
  const newest = await senderFor(account._id)
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
  const { version } = await senderFor(account._id)
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
