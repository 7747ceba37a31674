import { Type, type Static } from 'typebox'
import { AudienceSelection } from './audience.ts'
import { ById, Done, Exact, Id, Name, Nullable, OneOf, Page, Time, Version, defineRoute } from './define.ts'

/** What a campaign goes through; `finished` and `stopped` are ends. */
export const campaignStates = ['draft', 'scheduled', 'running', 'paused', 'finished', 'stopped'] as const
export type CampaignState = (typeof campaignStates)[number]

/**
 * Why a campaign pauses: somebody wanted it; too many complained, do not exist, or could not be reached; the server takes
 * nothing of ours; the platform lets its template out to nobody any more.
 */
export const pauseReasons = ['by-hand', 'complaints', 'bounces', 'failures', 'refused', 'template'] as const

/**
 * Where one recipient stands. `waiting` for the winner of a test; `unknown`: the line broke after the mail was handed
 * over and before the server said anything, and it is never sent again by itself.
 */
export const recipientStates = [
  'waiting',
  'pending',
  'claimed',
  'sending',
  'deferred',
  'sent',
  'unknown',
  'failed',
  'suppressed',
  'stopped',
  'bounced',
  'complained',
  'unsubscribed'
] as const
export type RecipientState = (typeof recipientStates)[number]

const TimeZone = Type.String({ minLength: 1, maxLength: 60, description: 'IANA time zone' })
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Date, YYYY-MM-DD' })
const Line = (maxLength: number) => Type.String({ maxLength, pattern: '^[^\\r\\n]*$' })

/** What is written. Liquid may stand everywhere: `{{ contact.first_name | default: "you" }}`. */
export const CampaignMessage = Exact({
  mjml: Type.String({ maxLength: 300_000 }),
  /** The plain form; null: made from the other. */
  text: Nullable(Type.String({ maxLength: 100_000 })),
  preheader: Line(300),
  fromName: Line(120),
  /** One, or several that are tried on a part of the audience. */
  subjects: Type.Array(Exact({ id: Type.String({ pattern: '^[a-z]$' }), subject: Line(300) }), {
    minItems: 1,
    maxItems: 5
  }),
  /** What stands where a contact has nothing, by the name of the variable: `contact.city`. */
  fallbacks: Type.Record(
    Type.String({ pattern: '^contact\\.[\\w-]{1,60}$' }),
    Type.String({ maxLength: 300 })
  )
})
export type CampaignMessage = Static<typeof CampaignMessage>

/**
 * A text that the platform approved beforehand, its blanks filled by Liquid. Beside the template's own blanks,
 * `header.link` is where the platform fetches the file from that it begins with.
 */
export const CampaignTemplate = Exact({
  templateId: Id,
  values: Type.Record(Type.String({ maxLength: 100 }), Type.String({ maxLength: 1000 })),
  /** What stands where a contact has nothing, by the name of the variable: `contact.city`. */
  fallbacks: Type.Optional(
    Type.Record(Type.String({ pattern: '^contact\\.[\\w-]{1,60}$' }), Type.String({ maxLength: 300 }))
  )
})
export type CampaignTemplate = Static<typeof CampaignTemplate>

/** Subjects are tried on a share of the audience; after some hours the one with more clicks goes to the others. */
export const SubjectTest = Exact({
  share: Type.Number({
    minimum: 0.01,
    maximum: 1,
    description: 'Part of the audience, all subjects together'
  }),
  hours: Type.Integer({ minimum: 1, maximum: 168 }),
  by: OneOf(['clicks', 'hand'])
})

/** Hours of the day in which messages leave. */
export const SendingHours = Exact({
  from: Type.Integer({ minimum: 0, maximum: 1439, description: 'Minutes after midnight' }),
  to: Type.Integer({ minimum: 1, maximum: 1440, description: 'Minutes after midnight' }),
  days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7, uniqueItems: true })
})

const { listIds, segmentIds, excludeListIds, excludeSegmentIds } = AudienceSelection.properties
/** Whom it is for; channel and purpose are the campaign's. */
export const CampaignAudience = Exact({ listIds, segmentIds, excludeListIds, excludeSegmentIds })

const fields = {
  name: Name,
  channel: OneOf(['email', 'whatsapp']),
  /** The channel account that it leaves by. */
  accountId: Id,
  /** Whom it is for. */
  audience: Nullable(CampaignAudience),
  /** What it is sent for: consent is asked for it, and refused for it. */
  purposeId: Nullable(Id),
  message: Nullable(CampaignMessage),
  template: Nullable(CampaignTemplate),
  test: Nullable(SubjectTest),
  tracking: Exact({ clicks: Type.Boolean(), opens: Type.Boolean() }),
  /** Zone of the schedule and of recipients whose own is not known. */
  timeZone: TimeZone,
  hours: Nullable(SendingHours),
  /** Hours are those of each recipient's own zone, where it is known. */
  inTheirZone: Type.Boolean(),
  /** Messages a second, where less is wanted than the sender may. */
  perSecond: Nullable(Type.Number({ minimum: 0.01, maximum: 10_000 })),
  /** At which share of what was sent it pauses by itself, once so many were sent. */
  guard: Exact({
    complaints: Type.Number({ minimum: 0.0001, maximum: 1 }),
    bounces: Type.Number({ minimum: 0.0001, maximum: 1 }),
    after: Type.Integer({ minimum: 1, maximum: 1_000_000 })
  })
}
export const CampaignFields = Exact(fields)
export type CampaignFields = Static<typeof CampaignFields>

const Count = Type.Integer({ minimum: 0 })

/**
 * What became of all recipients. `opened` and `clicked` count people, `clicks` every one. `delivered` and `read` are what
 * the platform tells, where it does.
 */
export const CampaignCounts = Type.Object({
  recipients: Count,
  waiting: Count,
  deferred: Count,
  sent: Count,
  delivered: Count,
  read: Count,
  unknown: Count,
  failed: Count,
  suppressed: Count,
  stopped: Count,
  hardBounces: Count,
  softBounces: Count,
  complaints: Count,
  unsubscribes: Count,
  opened: Count,
  clicked: Count,
  clicks: Count,
  replies: Count,
  autoReplies: Count
})
export type CampaignCounts = Static<typeof CampaignCounts>

/** Where a campaign stands; what is told while it runs. */
const progress = {
  id: Id,
  version: Version,
  name: fields.name,
  state: OneOf(campaignStates),
  /** When it begins, as clocks of its zone show it and as a moment. */
  startsAt: Nullable(Type.Object({ local: Type.String(), at: Time })),
  startedAt: Nullable(Time),
  /** When the last recipient was found; null: they are still being looked for. */
  preparedAt: Nullable(Time),
  endedAt: Nullable(Time),
  pause: Nullable(Type.Object({ reason: OneOf(pauseReasons), detail: Type.String(), at: Time })),
  winner: Nullable(Type.Object({ id: Type.String(), by: OneOf(['clicks', 'hand']), at: Time })),
  counts: CampaignCounts
}
export const CampaignProgress = Type.Object(progress)
export type CampaignProgress = Static<typeof CampaignProgress>

const { message, template, ...light } = fields
const kept = { archived: Type.Boolean(), createdBy: Type.String(), createdAt: Time, updatedAt: Time }
/** A campaign without what is written. */
export const CampaignSummary = Type.Object({ ...light, ...progress, ...kept })
export type CampaignSummary = Static<typeof CampaignSummary>

export const Campaign = Type.Object({ ...light, ...progress, ...kept, message, template })
export type Campaign = Static<typeof Campaign>

export const listCampaigns = defineRoute({
  name: 'campaign.list',
  summary: 'Campaigns, those changed last first',
  method: 'GET',
  url: '/api/campaigns',
  permission: 'campaign:read',
  query: Exact({
    state: Type.Optional(OneOf(campaignStates)),
    text: Type.Optional(Type.String({ maxLength: 200 })),
    archived: Type.Optional(Type.Boolean()),
    after: Type.Optional(Type.String({ maxLength: 60 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }))
  }),
  reply: Page(CampaignSummary)
})

export const readCampaign = defineRoute({
  name: 'campaign.read',
  summary: 'One campaign',
  method: 'GET',
  url: '/api/campaigns/:id',
  permission: 'campaign:read',
  params: ById,
  reply: Campaign
})

export const createCampaign = defineRoute({
  name: 'campaign.create',
  summary: 'Makes a draft; what is left out is filled with what is usual',
  method: 'POST',
  url: '/api/campaigns',
  permission: 'campaign:write',
  body: Exact({
    ...Type.Partial(CampaignFields).properties,
    name: fields.name,
    accountId: fields.accountId
  }),
  bodyLimit: 1_000_000,
  reply: Campaign,
  audited: true
})

export const updateCampaign = defineRoute({
  name: 'campaign.update',
  summary: 'Changes a draft, or what may still change of one that waits for its time',
  method: 'PATCH',
  url: '/api/campaigns/:id',
  permission: 'campaign:write',
  params: ById,
  body: Exact({
    version: Version,
    change: Type.Unsafe<Partial<CampaignFields>>(
      Type.Partial(CampaignFields, { additionalProperties: false })
    )
  }),
  bodyLimit: 1_000_000,
  reply: Campaign,
  audited: true
})

export const copyCampaign = defineRoute({
  name: 'campaign.copy',
  summary: 'Makes a draft like it',
  method: 'POST',
  url: '/api/campaigns/:id/copy',
  permission: 'campaign:write',
  params: ById,
  reply: Campaign,
  audited: true
})

export const archiveCampaign = defineRoute({
  name: 'campaign.archive',
  summary: 'Takes one that is not under way off the list',
  method: 'DELETE',
  url: '/api/campaigns/:id',
  permission: 'campaign:write',
  params: ById,
  reply: Campaign,
  audited: true
})

/** The message as one person would get it. */
export const CampaignPreview = Type.Object({
  subject: Type.String(),
  html: Type.String(),
  text: Type.String(),
  bytes: Type.Integer({ description: 'Size of the HTML' }),
  /** Names in it that contacts have nothing for, and that are not among the known ones. */
  unknown: Type.Array(Type.String()),
  links: Type.Array(Type.Object({ index: Type.Integer(), target: Type.String(), label: Type.String() })),
  /** Of a template: what is filled in, by the keys of its blanks; one that stays empty is not among them. */
  values: Type.Optional(Type.Record(Type.String(), Type.String()))
})

export const previewCampaign = defineRoute({
  name: 'campaign.preview',
  summary: 'The message as a contact would get it, from what is stored or from what is being written',
  method: 'POST',
  url: '/api/campaigns/:id/preview',
  permission: 'campaign:read',
  params: ById,
  body: Exact({
    contactId: Type.Optional(Id),
    subject: Type.Optional(Type.String({ maxLength: 1 })),
    message: Type.Optional(CampaignMessage),
    template: Type.Optional(CampaignTemplate)
  }),
  bodyLimit: 1_000_000,
  reply: CampaignPreview
})

export const proveCampaign = defineRoute({
  name: 'campaign.prove',
  summary: 'Sends the message to a few addresses of ours, as a contact would get it',
  method: 'POST',
  url: '/api/campaigns/:id/prove',
  permission: 'campaign:send',
  params: ById,
  body: Exact({
    addresses: Type.Array(Type.String({ minLength: 3, maxLength: 320 }), { minItems: 1, maxItems: 10 }),
    contactId: Type.Optional(Id)
  }),
  reply: Done,
  perMinute: 20,
  audited: true
})

/** What was found before a launch; one that blocks keeps it from being launched. */
export const CampaignFinding = Type.Object({
  severity: OneOf(['blocking', 'warning', 'notice']),
  kind: OneOf([
    'no-audience',
    'no-recipients',
    'not-counted-out',
    'no-account',
    'account-not-ready',
    'no-subject',
    'no-message',
    'wrong-message',
    'no-unsubscribe',
    'broken-link',
    'link-not-followed',
    'clipped',
    'too-large',
    'unknown-variable',
    'missing-value',
    'spam-trait',
    'spf',
    'dkim',
    'dmarc',
    'suppressed',
    'without-consent',
    'without-address',
    'no-public-address',
    'account-refused',
    'no-template',
    'template',
    'template-category',
    'template-language',
    'blank-empty',
    'no-file',
    'tier'
  ]),
  /** Filled into the words of the kind. */
  figures: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))
})
export type CampaignFinding = Static<typeof CampaignFinding>

export const checkCampaign = defineRoute({
  name: 'campaign.check',
  summary: 'What is to be said of it before it is launched',
  method: 'POST',
  url: '/api/campaigns/:id/check',
  permission: 'campaign:read',
  params: ById,
  reply: Type.Object({
    findings: Type.Array(CampaignFinding),
    audience: Type.Object({
      contacts: Count,
      reachable: Count,
      withoutAddress: Count,
      suppressed: Count,
      withoutConsent: Count
    })
  })
})

export const launchCampaign = defineRoute({
  name: 'campaign.launch',
  summary: 'Sends it now, or at a time by the clocks of its zone; refused while a finding blocks it',
  method: 'POST',
  url: '/api/campaigns/:id/launch',
  permission: 'campaign:send',
  params: ById,
  body: Exact({
    version: Version,
    at: Type.Optional(
      Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$', description: 'Local time' })
    )
  }),
  reply: Campaign,
  audited: true
})

export const unscheduleCampaign = defineRoute({
  name: 'campaign.unschedule',
  summary: 'Makes one that waits for its time a draft again',
  method: 'POST',
  url: '/api/campaigns/:id/unschedule',
  permission: 'campaign:send',
  params: ById,
  reply: Campaign,
  audited: true
})

export const pauseCampaign = defineRoute({
  name: 'campaign.pause',
  summary: 'Nothing more leaves until it goes on',
  method: 'POST',
  url: '/api/campaigns/:id/pause',
  permission: 'campaign:send',
  params: ById,
  reply: Campaign,
  audited: true
})

export const resumeCampaign = defineRoute({
  name: 'campaign.resume',
  summary: 'Goes on; after a pause by itself only with `despite`, which also rests the guard that paused it',
  method: 'POST',
  url: '/api/campaigns/:id/resume',
  permission: 'campaign:send',
  params: ById,
  body: Exact({ despite: Type.Optional(Type.Boolean()) }),
  reply: Campaign,
  audited: true
})

export const stopCampaign = defineRoute({
  name: 'campaign.stop',
  summary: 'Ends it for good: who has not got it never will',
  method: 'POST',
  url: '/api/campaigns/:id/stop',
  permission: 'campaign:send',
  params: ById,
  reply: Campaign,
  audited: true
})

export const chooseWinner = defineRoute({
  name: 'campaign.chooseWinner',
  summary: 'Ends the test: the others get this subject',
  method: 'POST',
  url: '/api/campaigns/:id/winner',
  permission: 'campaign:send',
  params: ById,
  body: Exact({ id: Type.String({ pattern: '^[a-z]$' }) }),
  reply: Campaign,
  audited: true
})

const Part = Type.Object({
  key: Type.String(),
  recipients: Count,
  sent: Count,
  delivered: Count,
  read: Count,
  deferred: Count,
  failed: Count,
  hardBounces: Count,
  softBounces: Count,
  complaints: Count,
  unsubscribes: Count,
  opened: Count,
  clicked: Count
})

export const readResults = defineRoute({
  name: 'campaign.results',
  summary: 'What became of it: in all, by domain, by subject, by link, and every five minutes',
  method: 'GET',
  url: '/api/campaigns/:id/results',
  permission: 'campaign:read',
  params: ById,
  reply: Type.Object({
    counts: CampaignCounts,
    domains: Type.Array(Part),
    subjects: Type.Array(Part),
    links: Type.Array(
      Type.Object({
        index: Type.Integer(),
        target: Type.String(),
        label: Type.String(),
        clicks: Count,
        clicked: Count
      })
    ),
    slots: Type.Array(
      Type.Object({
        from: Time,
        sent: Count,
        delivered: Count,
        read: Count,
        failed: Count,
        opened: Count,
        clicked: Count,
        unsubscribes: Count,
        complaints: Count,
        hardBounces: Count
      })
    )
  })
})

export const CampaignRecipient = Type.Object({
  id: Id,
  contactId: Nullable(Id),
  address: Type.String(),
  name: Type.String(),
  state: OneOf(recipientStates),
  variant: Nullable(Type.String()),
  reason: Type.String({ description: 'What the far side said, or why it was left out' }),
  attempts: Type.Integer(),
  sentAt: Nullable(Time),
  deliveredAt: Nullable(Time),
  readAt: Nullable(Time),
  openedAt: Nullable(Time),
  clickedAt: Nullable(Time),
  repliedAt: Nullable(Time),
  updatedAt: Time
})
export type CampaignRecipient = Static<typeof CampaignRecipient>

export const listRecipients = defineRoute({
  name: 'campaign.recipients',
  summary: 'Recipients of a campaign, by address',
  method: 'GET',
  url: '/api/campaigns/:id/recipients',
  permission: 'campaign:read',
  params: ById,
  query: Exact({
    state: Type.Optional(OneOf(recipientStates)),
    domain: Type.Optional(Type.String({ maxLength: 253 })),
    after: Type.Optional(Type.String({ maxLength: 320 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 }))
  }),
  reply: Page(CampaignRecipient)
})

/** Texts of a file are in this language; CSV is as its spreadsheets open it. */
/** Without a format: CSV. */
const asFile = { format: Type.Optional(OneOf(['csv', 'xlsx'])), lang: Type.Optional(OneOf(['en', 'fr'])) }

export const exportResults = defineRoute({
  name: 'campaign.exportResults',
  summary: 'What became of it as a file: in all, by domain, by subject, by link and every five minutes',
  method: 'GET',
  url: '/api/campaigns/:id/results/export',
  permission: 'campaign:read',
  params: ById,
  query: Exact(asFile),
  reply: Type.Unknown(),
  download: true,
  audited: true
})

export const exportRecipients = defineRoute({
  name: 'campaign.exportRecipients',
  summary:
    'Recipients of a campaign as a file; a workbook of more than 50,000 is refused with too-large: take CSV, which has no end',
  method: 'GET',
  url: '/api/campaigns/:id/recipients/export',
  permission: 'campaign:read',
  params: ById,
  query: Exact({
    ...asFile,
    state: Type.Optional(OneOf(recipientStates)),
    domain: Type.Optional(Type.String({ maxLength: 253 }))
  }),
  reply: Type.Unknown(),
  download: true,
  audited: true
})

/** How an account sends campaigns: its pace, its way into being known, and the key of its domain. */
export const CampaignSender = Type.Object({
  accountId: Id,
  /** What it sends: mails, or templates that a platform approved. Without an address of its own that is ''. */
  carries: OneOf(['mail', 'template']),
  name: Type.String(),
  address: Type.String(),
  domain: Type.String(),
  version: Version,
  perSecond: Type.Number(),
  perDomain: Type.Number(),
  lines: Type.Integer(),
  /** Different people who may be written to in any 24 hours; null: as many as one likes. */
  tier: Nullable(Type.Integer()),
  /** How many were, in the last 24 hours, and when there is room again; both only where there is a tier. */
  reached: Count,
  roomAt: Nullable(Time),
  warmUp: Nullable(Type.Object({ from: Type.String(), first: Type.Integer(), growth: Type.Number() })),
  sentToday: Count,
  /** Most of today; null: no cap. */
  capToday: Nullable(Count),
  dkim: Nullable(
    Type.Object({
      selector: Type.String(),
      /** What is to stand in the DNS: name and text. */
      record: Type.Object({ name: Type.String(), value: Type.String() }),
      createdAt: Time
    })
  ),
  /** What hinders it now; '' for nothing. */
  trouble: Type.String()
})
export type CampaignSender = Static<typeof CampaignSender>

export const listSenders = defineRoute({
  name: 'campaign.listSenders',
  summary: 'Accounts that campaigns may leave by',
  method: 'GET',
  url: '/api/campaign-senders',
  permission: 'campaign:read',
  reply: Type.Object({ items: Type.Array(CampaignSender) })
})

export const updateSender = defineRoute({
  name: 'campaign.updateSender',
  summary: 'Changes the pace of an account',
  method: 'PATCH',
  url: '/api/campaign-senders/:id',
  permission: 'account:write',
  params: ById,
  body: Exact({
    version: Version,
    change: Exact({
      perSecond: Type.Optional(Type.Number({ minimum: 0.01, maximum: 10_000 })),
      perDomain: Type.Optional(Type.Number({ minimum: 0.01, maximum: 10_000 })),
      lines: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
      tier: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 10_000_000 }))),
      warmUp: Type.Optional(
        Nullable(
          Exact({
            from: Day,
            first: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
            growth: Type.Number({ minimum: 1, maximum: 10 })
          })
        )
      )
    })
  }),
  reply: CampaignSender,
  audited: true
})

export const makeSenderKey = defineRoute({
  name: 'campaign.makeSenderKey',
  summary: 'Makes a new DKIM key for the domain of an account; its record is then to be put into the DNS',
  method: 'POST',
  url: '/api/campaign-senders/:id/key',
  permission: 'account:write',
  params: ById,
  reply: CampaignSender,
  audited: true
})

const ByToken = Exact({ token: Type.String({ minLength: 1, maxLength: 100 }) })
const Anything = Type.Unknown()
/** Providers click and fetch for all their users from a few addresses. */
const perMinute = 20_000

export const followLink = defineRoute({
  name: 'campaign.follow',
  summary: 'Leads a recipient to where a link of their mail goes',
  method: 'GET',
  url: '/c/:token',
  permission: 'public',
  params: ByToken,
  reply: Anything,
  download: true,
  perMinute
})

export const noteOpening = defineRoute({
  name: 'campaign.open',
  summary: 'The picture by which a mail tells that it was opened',
  method: 'GET',
  url: '/o/:token',
  permission: 'public',
  params: ByToken,
  reply: Anything,
  download: true,
  perMinute
})

export const showPreferences = defineRoute({
  name: 'campaign.preferences',
  summary: 'A page on which a recipient says what they still want; looking at it changes nothing',
  method: 'GET',
  url: '/u/:token',
  permission: 'public',
  params: ByToken,
  query: Exact({ lang: Type.Optional(OneOf(['en', 'fr'])) }),
  reply: Anything,
  download: true,
  perMinute
})

export const unsubscribe = defineRoute({
  name: 'campaign.unsubscribe',
  summary: 'Takes a recipient off: by one click of their mail program (RFC 8058), or by the page',
  method: 'POST',
  url: '/u/:token',
  permission: 'public',
  params: ByToken,
  query: Exact({ lang: Type.Optional(OneOf(['en', 'fr'])) }),
  reply: Anything,
  download: true,
  perMinute
})
