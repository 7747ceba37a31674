import type {
  Campaign,
  CampaignCounts,
  CampaignRecipient,
  CampaignSender,
  RecipientState
} from '@palabre/config/contract/campaign'
import type { readResults } from '@palabre/config/contract/campaign'
import type { Reply } from '@palabre/config/contract/define'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { ago, newId } from './world.ts'

type Results = Reply<typeof readResults>
type Part = Results['domains'][number]

/** Campaigns that have begun, whom they reached, and the accounts they leave by. */
export interface ResultsWorld {
  campaigns: Campaign[]
  results: Results
  recipients: CampaignRecipient[]
  senders: CampaignSender[]
  /** What was asked for, by route. */
  asked: { route: string; query: Record<string, string | undefined>; body: unknown }[]
  /** A refusal of every results, until it is taken away. */
  isDown: boolean
}

export const countsOf = (change: Partial<CampaignCounts> = {}): CampaignCounts => ({
  recipients: 0,
  waiting: 0,
  deferred: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  unknown: 0,
  failed: 0,
  suppressed: 0,
  stopped: 0,
  hardBounces: 0,
  softBounces: 0,
  complaints: 0,
  unsubscribes: 0,
  opened: 0,
  clicked: 0,
  clicks: 0,
  replies: 0,
  autoReplies: 0,
  ...change
})

export const begunCampaign = (change: Partial<Campaign> = {}): Campaign => ({
  id: newId(),
  version: 5,
  name: 'Spring fair',
  channel: 'email',
  accountId: newId(),
  audience: null,
  purposeId: null,
  message: {
    mjml: '<mjml></mjml>',
    text: null,
    preheader: '',
    fromName: 'Banque du Fleuve',
    subjects: [{ id: 'a', subject: 'The spring fair is here' }],
    fallbacks: {}
  },
  template: null,
  test: null,
  tracking: { clicks: true, opens: false },
  timeZone: 'Europe/Paris',
  hours: null,
  inTheirZone: false,
  perSecond: null,
  guard: { complaints: 0.003, bounces: 0.05, after: 500 },
  archived: false,
  createdBy: 'Max Demo',
  createdAt: ago(90_000),
  updatedAt: ago(60),
  state: 'running',
  startsAt: null,
  startedAt: ago(5400),
  preparedAt: ago(5300),
  endedAt: null,
  pause: null,
  winner: null,
  counts: countsOf(),
  ...change
})

export const partOf = (key: string, change: Partial<Part> = {}): Part => ({
  key,
  recipients: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  deferred: 0,
  failed: 0,
  hardBounces: 0,
  softBounces: 0,
  complaints: 0,
  unsubscribes: 0,
  opened: 0,
  clicked: 0,
  ...change
})

export const slotsOf = (many: number): Results['slots'] =>
  Array.from({ length: many }, (_, n) => ({
    from: new Date(Math.floor(Date.now() / 300_000) * 300_000 - (many - n) * 300_000).toISOString(),
    sent: Math.round(900 * Math.exp(-(((n - many / 4) / (many / 6)) ** 2))),
    delivered: 0,
    read: 0,
    failed: n % 5,
    opened: n * 3,
    clicked: Math.round(60 * Math.exp(-(((n - many / 2) / (many / 4)) ** 2))),
    unsubscribes: n % 3,
    complaints: 0,
    hardBounces: n % 2
  }))

export const recipientOf = (
  address: string,
  state: RecipientState,
  change: Partial<CampaignRecipient> = {}
): CampaignRecipient => ({
  id: newId(),
  contactId: null,
  address,
  name: '',
  state,
  variant: 'a',
  reason: '',
  attempts: 1,
  sentAt: state === 'sent' ? ago(3000) : null,
  deliveredAt: null,
  readAt: null,
  openedAt: null,
  clickedAt: null,
  repliedAt: null,
  updatedAt: ago(3000),
  ...change
})

export const senderOf = (change: Partial<CampaignSender> = {}): CampaignSender => ({
  accountId: newId(),
  carries: 'mail',
  name: 'News of the bank',
  address: 'news@mail.bank.example',
  domain: 'mail.bank.example',
  version: 1,
  perSecond: 20,
  perDomain: 2,
  lines: 10,
  tier: null,
  reached: 0,
  roomAt: null,
  warmUp: null,
  sentToday: 0,
  capToday: null,
  dkim: null,
  trouble: '',
  ...change
})

export const resultsWorld = (): ResultsWorld => ({
  campaigns: [],
  results: { counts: countsOf(), domains: [], subjects: [], links: [], slots: [] },
  recipients: [],
  senders: [],
  asked: [],
  isDown: false
})

const key = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA'

export function resultsAnswers(far: ResultsWorld): Answers {
  const note = (route: string, { query, body }: Asked) => far.asked.push({ route, query, body })
  const one = ({ params }: Asked): Campaign => {
    const found = far.campaigns.find(({ id }) => id === params['id'])
    if (!found) throw new Refuse('not-found')
    return found
  }
  const change = (asked: Asked, fields: Partial<Campaign>): Campaign => {
    const campaign = one(asked)
    Object.assign(campaign, fields, { version: campaign.version + 1 })
    asked.push('campaign.changed', { campaign })
    return campaign
  }
  const sender = ({ params }: Asked) => {
    const found = far.senders.find(({ accountId }) => accountId === params['id'])
    if (!found) throw new Refuse('not-found')
    return found
  }
  return {
    'campaign.list': () => ({ items: far.campaigns }),
    'campaign.read': one,
    'campaign.results': (asked) => {
      note('campaign.results', asked)
      if (far.isDown) throw new Refuse('unexpected')
      return { ...far.results, counts: one(asked).counts }
    },
    'campaign.recipients': (asked) => {
      note('campaign.recipients', asked)
      const { state, domain, after, limit } = asked.query
      const all = far.recipients
        .filter(
          (recipient) =>
            (state === undefined || recipient.state === state) &&
            (domain === undefined || recipient.address.endsWith(`@${domain}`)) &&
            (after === undefined || recipient.address > after)
        )
        .sort((a, b) => (a.address < b.address ? -1 : 1))
      const items = all.slice(0, Number(limit ?? 50))
      const last = items.at(-1)
      return { items, ...(items.length < all.length && last && { next: last.address }) }
    },
    'campaign.exportRecipients': (asked) => {
      note('campaign.exportRecipients', asked)
      if (asked.query['format'] === 'xlsx' && far.recipients.length > 2000) throw new Refuse('too-large')
      return 'a file'
    },
    'campaign.exportResults': (asked) => {
      note('campaign.exportResults', asked)
      return 'a file'
    },
    'campaign.preview': (asked) => ({
      subject: one(asked).message?.subjects.find(({ id }) => id === asked.body.subject)?.subject ?? '',
      html: '<!doctype html><html><body style="font-family:sans-serif"><h1>The spring fair</h1><p>Hello you, come and see us.</p><script>parent.document.title="taken"</script></body></html>',
      text: 'The spring fair\n\nHello you, come and see us.',
      bytes: 120,
      unknown: [],
      links: []
    }),
    'campaign.pause': (asked) =>
      change(asked, { state: 'paused', pause: { reason: 'by-hand', detail: '', at: ago(0) } }),
    'campaign.resume': (asked) => {
      note('campaign.resume', asked)
      if (one(asked).pause?.reason === 'complaints' && !asked.body.despite) throw new Refuse('wrong-state')
      return change(asked, { state: 'running', pause: null })
    },
    'campaign.stop': (asked) => change(asked, { state: 'stopped', pause: null, endedAt: ago(0) }),
    'campaign.copy': (asked) => {
      const made = begunCampaign({ ...one(asked), id: newId(), state: 'draft', startedAt: null })
      far.campaigns.push(made)
      return made
    },
    'campaign.chooseWinner': (asked) => {
      note('campaign.chooseWinner', asked)
      return change(asked, {
        winner: { id: asked.body.id as string, by: 'hand', at: ago(0) },
        counts: { ...one(asked).counts, waiting: 0 }
      })
    },
    'campaign.listSenders': () => ({ items: far.senders }),
    'campaign.updateSender': (asked) => {
      note('campaign.updateSender', asked)
      const found = sender(asked)
      if (asked.body.version !== found.version) throw new Refuse('changed-meanwhile')
      return Object.assign(found, asked.body.change, { version: found.version + 1 })
    },
    'campaign.makeSenderKey': (asked) => {
      const found = sender(asked)
      const selector = `palabre20261124${String(found.version).padStart(4, '0')}`
      return Object.assign(found, {
        version: found.version + 1,
        dkim: {
          selector,
          record: {
            name: `${selector}._domainkey.${found.domain}`,
            value: `v=DKIM1; k=rsa; p=${key.repeat(8)}`
          },
          createdAt: ago(0)
        }
      })
    }
  }
}
