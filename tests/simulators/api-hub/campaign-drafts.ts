import { Types } from 'mongoose'
import type { AudienceCount } from '@palabre/config/contract/audience'
import type {
  Campaign,
  CampaignFinding,
  CampaignMessage,
  CampaignSummary
} from '@palabre/config/contract/campaign'
import type { MessageTemplate } from '@palabre/config/contract/template'
import { compileMessage, writerOf } from '@palabre/hub/campaigns/message'
import { Refusal } from '@palabre/hub/refuse'
import { plainWords } from '../../../agent-app/src/lib/campaigns/message/plain-words.ts'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { begunCampaign, type ResultsWorld } from './campaign-results.ts'
import { deskAnswers } from './desk.ts'
import { ago, newId } from './world.ts'

/** Drafts of campaigns as they are written, beside what became of others. */
export interface DraftsWorld {
  findings: CampaignFinding[]
  templates: MessageTemplate[]
  count: AudienceCount
  /** Bodies that were sent, by route. */
  sent: { route: string; body: unknown }[]
  /** Every change is refused with this until it is taken away. */
  refusal: 'unexpected' | null
  /** The list cannot be read. */
  isDown: boolean
}

export const draftsWorld = (): DraftsWorld => ({
  findings: [],
  templates: [],
  count: {
    contacts: 3120,
    reachable: 2964,
    withoutAddress: 12,
    withoutConsent: 104,
    suppressed: 40,
    exact: true
  },
  sent: [],
  refusal: null,
  isDown: false
})

export const draftOf = (change: Partial<Campaign> = {}): Campaign =>
  begunCampaign({
    version: 1,
    state: 'draft',
    message: null,
    tracking: { clicks: true, opens: false },
    guard: { complaints: 0.002, bounces: 0.02, after: 100 },
    startedAt: null,
    preparedAt: null,
    ...change
  })

const refusedAs = (error: unknown): never => {
  if (error instanceof Refusal) throw new Refuse(error.refusal, error.detail, error.fields)
  throw error
}

/** What a message says, by the hub's own rules. */
function preview(
  message: CampaignMessage,
  { name: campaignName, tracking }: Campaign,
  subject: string,
  name: string
) {
  const compiled = compileMessage(message, tracking, () => plainWords(message.mjml))
  const writer = writerOf({
    compiled,
    subjects: message.subjects,
    fallbacks: message.fallbacks,
    campaignName
  })
  const filling = { _id: new Types.ObjectId(), address: 'somebody@bank.example', name, data: {} }
  const known = new Set(['contact.name', 'contact.first_name', 'contact.email', 'contact.locale'])
  const mail = writer.write(subject, filling, {
    click: (n) => `https://hub.example/c/${String(n)}`,
    open: 'https://hub.example/o/1',
    unsubscribe: 'https://hub.example/u/1'
  })
  return {
    ...mail,
    bytes: Buffer.byteLength(mail.html),
    unknown: writer.names.filter((one) => !known.has(one)),
    links: compiled.links
  }
}

const withoutWords = ({ message: _, template: __, ...summary }: Campaign): CampaignSummary => summary

export function draftsAnswers(far: DraftsWorld, { campaigns }: Pick<ResultsWorld, 'campaigns'>): Answers {
  const note = (route: string, { body }: Asked) => far.sent.push({ route, body })
  const one = ({ params }: Asked): Campaign => {
    const found = campaigns.find(({ id }) => id === params['id'])
    if (!found) throw new Refuse('not-found')
    return found
  }
  const change = (asked: Asked, fields: Partial<Campaign>): Campaign => {
    const campaign = one(asked)
    Object.assign(campaign, fields, { version: campaign.version + 1, updatedAt: ago(0) })
    asked.push('campaign.changed', { campaign })
    return structuredClone(campaign)
  }
  return {
    'campaign.list': ({ query }) => {
      if (far.isDown) throw new Refuse('unexpected')
      const items = campaigns.filter(
        ({ archived, state, name }) =>
          archived === (query['archived'] === 'true') &&
          (query['state'] === undefined || state === query['state']) &&
          name.toLowerCase().includes((query['text'] ?? '').toLowerCase())
      )
      return { items: items.map(withoutWords) }
    },
    'campaign.read': (asked) => structuredClone(one(asked)),
    'campaign.create': (asked) => {
      note('campaign.create', asked)
      const made = draftOf({ ...asked.body, id: newId(), updatedAt: ago(0) })
      campaigns.unshift(made)
      return made
    },
    'campaign.update': (asked) => {
      note('campaign.update', asked)
      if (far.refusal) throw new Refuse(far.refusal)
      const found = one(asked)
      if (found.version !== asked.body.version) throw new Refuse('changed-meanwhile')
      if (found.state !== 'draft') throw new Refuse('wrong-state')
      return change(asked, asked.body.change)
    },
    'campaign.copy': (asked) => {
      const made = draftOf({ ...structuredClone(one(asked)), id: newId(), state: 'draft', version: 1 })
      made.name = `${made.name} (2)`
      campaigns.unshift(made)
      return made
    },
    'campaign.archive': (asked) => change(asked, { archived: true }),
    'campaign.preview': (asked) => {
      const message = (asked.body.message ?? one(asked).message) as CampaignMessage | null
      if (!message) throw new Refuse('wrong-state')
      const contact = asked.world.contacts.find(({ id }) => id === asked.body.contactId)
      try {
        return preview(message, one(asked), asked.body.subject ?? 'a', contact?.name ?? '')
      } catch (error) {
        return refusedAs(error)
      }
    },
    'campaign.prove': (asked) => {
      note('campaign.prove', asked)
      return { ok: true }
    },
    'campaign.check': () => ({ findings: far.findings, audience: far.count }),
    'campaign.launch': (asked) => {
      note('campaign.launch', asked)
      const { version, at } = asked.body as { version: number; at?: string }
      if (one(asked).version !== version) throw new Refuse('changed-meanwhile')
      return change(
        asked,
        at === undefined
          ? { state: 'running', startedAt: ago(0) }
          : { state: 'scheduled', startsAt: { local: at, at: new Date(`${at}:00Z`).toISOString() } }
      )
    },
    'campaign.unschedule': (asked) => change(asked, { state: 'draft', startsAt: null }),
    'template.list': () => ({ items: far.templates }),
    'contact.search': deskAnswers['contact.search']!,
    'audience.count': (asked) => {
      note('audience.count', asked)
      return far.count
    }
  }
}
