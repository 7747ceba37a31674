import type { InboundMessage } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import type { AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { Recipient, type RecipientDoc } from './recipient.model.ts'

/** Whoever writes within this time after a campaign reached them, for the first time since, answers it. */
const meantMs = 3 * 86_400_000
/** Whether an account has sent any campaign lately is asked no more often. */
const askedMs = 10_000

const lately = new WeakMap<Hub, Map<string, { at: number; is: Promise<boolean> }>>()

/** Most accounts send no campaigns: their messages cost nothing here. */
function sentLately(hub: Hub, { _id }: AccountDoc): Promise<boolean> {
  const all = lately.get(hub) ?? new Map<string, { at: number; is: Promise<boolean> }>()
  lately.set(hub, all)
  const id = _id.toHexString()
  const known = all.get(id)
  if (known && performance.now() - known.at < askedMs) return known.is
  const is = Recipient.exists({ accountId: _id, countedAt: within() }).then(Boolean)
  all.set(id, { at: performance.now(), is })
  is.catch(() => all.delete(id))
  return is
}

const within = () => ({ $gt: new Date(Date.now() - meantMs), $type: 'date' as const })

/**
 * The message, naming the campaign's that it answers where people answer without quoting: the newest one that they got
 * from this account and have not answered yet.
 */
export async function withCampaign(
  hub: Hub,
  account: AccountDoc,
  event: InboundMessage
): Promise<InboundMessage> {
  if (event.thread || !channelNamed(account.channel).bulkTemplates || !(await sentLately(hub, account)))
    return event
  const recipient = (await Recipient.findOne(
    {
      address: event.address,
      accountId: account._id,
      countedAt: within(),
      repliedAt: null,
      externalId: { $type: 'string' }
    },
    { externalId: 1 }
  )
    .sort({ countedAt: -1 })
    .lean()) as Pick<RecipientDoc, 'externalId'> | null
  return recipient?.externalId === undefined
    ? event
    : { ...event, thread: { own: [recipient.externalId], external: [] } }
}
