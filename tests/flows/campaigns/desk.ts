import { Types } from 'mongoose'
import type { Campaign as CampaignWire } from '@palabre/config/contract/campaign'
import type { Reached } from '@palabre/hub/audiences/audience'
import { Campaign, type CampaignDoc } from '@palabre/hub/campaigns/campaign.model'
import { compileMessage } from '@palabre/hub/campaigns/message'
import { addRecipients } from '@palabre/hub/campaigns/prepare'
import { bulkDoorOf } from '@palabre/hub/campaigns/running'
import { recount } from '@palabre/hub/campaigns/tally'
import { accountOf } from '@palabre/hub/accounts/accounts'
import type { Answer, House, Person } from '../house.ts'
import { eventually } from '../house.ts'

export const mjml = `<mjml>
  <mj-head><mj-title>News</mj-title></mj-head>
  <mj-body>
    <mj-section><mj-column>
      <mj-text>Hello {{ contact.first_name | default: "you" }}, news for {{ contact.city }}.</mj-text>
      <mj-button href="https://shop.example/offer?from=mail&amp;who={{ contact.city }}">See it</mj-button>
      <mj-text><a href="https://shop.example/terms">Terms</a> <a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text>
    </mj-column></mj-section>
  </mj-body>
</mjml>`

export const message = {
  mjml,
  text: null,
  preheader: 'For you, {{ contact.first_name }}',
  fromName: 'Banque du Fleuve',
  subjects: [{ id: 'a', subject: 'News for {{ contact.first_name }}' }],
  fallbacks: { 'contact.city': 'your city' }
}

/** Somebody of an audience. */
export const reached = (address: string, more: Partial<Reached> = {}): Reached => ({
  contactId: new Types.ObjectId().toHexString(),
  address,
  name: 'Awa Demo',
  locale: 'fr',
  attributes: { city: 'Dakar' },
  ...more
})

/** The demo's mail account, pointed at a far side. */
export async function mailAccount(admin: Person, smtpPort: number): Promise<string> {
  const { body } = await admin.get('/api/accounts')
  const account = (body.items as Answer['body'][]).find((one) => one.channel === 'email')
  const { status } = await admin.send('PATCH', `/api/accounts/${String(account.id)}`, {
    version: account.version,
    change: { settings: { smtpHost: '127.0.0.1', smtpPort, smtpSecurity: 'none' } }
  })
  if (status !== 200) throw new Error('the account was not changed')
  return String(account.id)
}

export async function pace(admin: Person, accountId: string, change: Record<string, unknown>): Promise<void> {
  const { body } = await admin.get('/api/campaign-senders')
  const { version } = (body.items as Answer['body'][]).find((one) => one.accountId === accountId)
  const { status, body: told } = await admin.send('PATCH', `/api/campaign-senders/${accountId}`, {
    version,
    change
  })
  if (status !== 200) throw new Error(JSON.stringify(told))
}

export async function makeCampaign(
  admin: Person,
  accountId: string,
  more: Record<string, unknown> = {}
): Promise<CampaignWire> {
  const { status, body } = await admin.post('/api/campaigns', { name: 'News', accountId, message, ...more })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body as CampaignWire
}

/** Has a draft run with these recipients, whatever its audience: what finds audiences has tests of its own. */
export async function runWith(house: House, id: string, people: Reached[]): Promise<CampaignDoc> {
  const { hub } = house
  const draft = (await Campaign.findById(id).lean()) as CampaignDoc
  const account = await accountOf(hub, draft.accountId.toHexString())
  if (!account || !draft.message) throw new Error('there is no message')
  const compiled = compileMessage(draft.message, draft.tracking, bulkDoorOf(account).plainText)
  for (let i = 0; i < people.length; i += 1000) await addRecipients(hub, draft, people.slice(i, i + 1000))
  await recount(hub, draft._id)
  const now = new Date()
  return (await Campaign.findByIdAndUpdate(
    id,
    { $set: { state: 'running', startedAt: now, preparedAt: now, compiled }, $inc: { version: 1 } },
    { returnDocument: 'after' }
  ).lean()) as CampaignDoc
}

export const campaignIs = (person: Person, id: string, state: string, ms = 30_000): Promise<CampaignWire> =>
  eventually(
    `${state} of the campaign`,
    async () => {
      const { body } = await person.get(`/api/campaigns/${id}`)
      return (body as CampaignWire).state === state ? (body as CampaignWire) : null
    },
    ms
  )
