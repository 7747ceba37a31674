import { listSenders, type CampaignSender } from '@palabre/config/contract/campaign'
import { KeptRecords } from '../admin/records/kept.svelte.ts'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'

/** Accounts that campaigns may leave by, by the id of the account. */
export const senders = new KeptRecords<CampaignSender & { id: string; archived: boolean }>({
  read: async () =>
    (await call(listSenders)).items.map((one) => ({ ...one, id: one.accountId, archived: false })),
  listen: (again) => live.on('account.changed', again)
})

/** "Newsletter · news@bank.example" */
export const senderLabel = ({ name, address }: Pick<CampaignSender, 'name' | 'address'>): string =>
  address ? `${name} · ${address}` : name
