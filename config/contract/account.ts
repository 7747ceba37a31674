import { Type, type Static } from 'typebox'
import { ById, Done, Exact, Id, Name, Nullable, OneOf, Time, Version, defineRoute } from './define.ts'

export const ChannelHealth = Type.Object({
  state: OneOf(['up', 'down', 'refused', 'unknown']),
  detail: Type.String(),
  since: Nullable(Time),
  /** It waits for an administrator to scan a code (`account.pairing`). */
  pairing: Type.Boolean(),
  lastInAt: Nullable(Time),
  lastOutAt: Nullable(Time),
  /** When the provider called the webhook last, with or without a message. */
  hookSeenAt: Nullable(Time),
  /** When the credentials end, as the provider said last; null: never, or it is not known. */
  expiresAt: Nullable(Time),
  failures: Type.Integer({ description: 'Failed sends in the last hour' }),
  sends: Type.Integer({ description: 'Sends that ended in the last hour, failed ones included' }),
  /** The same in slots of five minutes, so that the figures sink by themselves. */
  slots: Type.Array(Type.Object({ from: Time, sent: Type.Integer(), failed: Type.Integer() }))
})
export type ChannelHealth = Static<typeof ChannelHealth>

/** One configured use of a channel. Secrets come back as null when unset and '•••' when set. */
export const ChannelAccount = Type.Object({
  id: Id,
  version: Version,
  archived: Type.Boolean(),
  channel: Type.String(),
  name: Type.String(),
  queueId: Id,
  /** What callers go through before the queue; null: straight into it. */
  flowId: Nullable(Id),
  paused: Type.Boolean(),
  /** The step at which connecting it was left; null: it was finished. */
  setupStep: Nullable(Type.Integer()),
  /** Messages that came while it was paused, and become work when it goes on. */
  held: Type.Integer(),
  settings: Type.Record(Type.String(), Type.Unknown()),
  health: ChannelHealth,
  updatedAt: Time
})
export type ChannelAccount = Static<typeof ChannelAccount>

const Words = Type.Object({ en: Type.String(), fr: Type.String() })

/** How a channel presents itself, and the steps in which an account of it is connected. */
export const ChannelSetup = Type.Object({
  title: Words,
  summary: Words,
  mark: Type.Optional(OneOf(['recommended', 'unofficial'])),
  steps: Type.Array(
    Type.Object({
      title: Words,
      text: Words,
      fields: Type.Optional(Type.Array(Type.String())),
      shows: Type.Optional(OneOf(['webhook', 'pairing', 'embed', 'test'])),
      when: Type.Optional(
        Type.Object({ field: Type.String(), is: Type.Union([Type.String(), Type.Boolean()]) })
      ),
      addresses: Type.Optional(Type.Array(Type.Object({ label: Words, address: Type.String() })))
    })
  )
})
export type ChannelSetup = Static<typeof ChannelSetup>

/** A channel as administration sees it: `settings` is JSON Schema with label, help, secret, control, when, group. */
export const ChannelKind = Type.Object({
  name: Type.String(),
  medium: Type.String(),
  settings: Type.Record(Type.String(), Type.Unknown()),
  abilities: Type.Object({
    html: Type.Boolean(),
    subject: Type.Boolean(),
    typing: Type.Boolean(),
    receipts: Type.Boolean(),
    undoMs: Type.Integer(),
    attachments: Nullable(Type.Object({ maxBytes: Type.Integer(), maxTotalBytes: Type.Integer() })),
    maxText: Type.Integer(),
    /** Free words may only be sent for so long after the customer's last message. */
    window: Type.Optional(
      Type.Object({ seconds: Type.Integer(), agentSeconds: Type.Optional(Type.Integer()) })
    ),
    /** Texts approved beforehand may be sent, also when the window is shut. */
    templates: Type.Optional(Type.Literal(true)),
    /** A message can show which earlier one it answers. */
    answers: Type.Optional(Type.Literal(true)),
    reactions: Type.Optional(Type.Literal(true)),
    /** Most choices under one message, as buttons and as a list. */
    choices: Type.Optional(Type.Object({ buttons: Type.Integer(), list: Type.Integer() })),
    /** Some messages are read by everybody. */
    public: Type.Optional(Type.Object({ privateAnswers: Type.Boolean() }))
  }),
  testable: Type.Boolean(),
  /** Customers come with our own client; `embed` is the script tag to paste. */
  visitors: Type.Boolean(),
  /** A test message can be sent from an account of it (`account.sendTest`). */
  sends: Type.Boolean(),
  /** Callers come through it, and go through a flow. */
  calls: Type.Boolean(),
  /** Address of an account's webhook with `{account}` for its id; a path when our public address is not known. */
  hook: Nullable(Type.String()),
  setup: Nullable(ChannelSetup)
})
export type ChannelKind = Static<typeof ChannelKind>

export const listChannels = defineRoute({
  name: 'channel.list',
  summary: 'The channels that this server knows, with their settings and abilities',
  method: 'GET',
  url: '/api/channels',
  permission: 'setting:read',
  reply: Type.Object({ items: Type.Array(ChannelKind) })
})

export const listAccounts = defineRoute({
  name: 'account.list',
  summary: 'Channel accounts with their health',
  method: 'GET',
  url: '/api/accounts',
  permission: 'account:read',
  query: Exact({ archived: Type.Optional(Type.Boolean()) }),
  reply: Type.Object({ items: Type.Array(ChannelAccount) })
})

const SetupStep = Nullable(Type.Integer({ minimum: 0, maximum: 50 }))
const Settings = Type.Record(Type.String({ maxLength: 60 }), Type.Unknown())

export const createAccount = defineRoute({
  name: 'account.create',
  summary: 'Connects a channel account',
  method: 'POST',
  url: '/api/accounts',
  permission: 'account:write',
  body: Exact({
    channel: Type.String({ maxLength: 30 }),
    name: Name,
    queueId: Id,
    flowId: Type.Optional(Nullable(Id)),
    paused: Type.Optional(Type.Boolean()),
    setupStep: Type.Optional(SetupStep),
    settings: Settings
  }),
  reply: ChannelAccount,
  audited: true
})

export const updateAccount = defineRoute({
  name: 'account.update',
  summary: "Changes an account; a secret left out or sent as '•••' stays as it is",
  method: 'PATCH',
  url: '/api/accounts/:id',
  permission: 'account:write',
  params: ById,
  body: Exact({
    version: Version,
    change: Type.Partial(
      Exact({
        name: Name,
        queueId: Id,
        flowId: Nullable(Id),
        paused: Type.Boolean(),
        setupStep: SetupStep,
        settings: Settings
      }),
      {
        additionalProperties: false
      }
    )
  }),
  reply: ChannelAccount,
  audited: true
})

export const archiveAccount = defineRoute({
  name: 'account.archive',
  summary: 'Takes an account out of use; nothing more arrives through it',
  method: 'DELETE',
  url: '/api/accounts/:id',
  permission: 'account:write',
  params: ById,
  reply: ChannelAccount,
  audited: true
})

export const restoreAccount = defineRoute({
  name: 'account.restore',
  summary: 'Brings an archived account back',
  method: 'POST',
  url: '/api/accounts/:id/restore',
  permission: 'account:write',
  params: ById,
  reply: ChannelAccount,
  audited: true
})

export const readPairing = defineRoute({
  name: 'account.pairing',
  summary: 'The code that has to be scanned before the account is connected; null when there is none',
  method: 'GET',
  url: '/api/accounts/:id/pairing',
  permission: 'account:write',
  params: ById,
  reply: Nullable(Type.Object({ qr: Type.String(), expiresAt: Time }))
})

export const testAccount = defineRoute({
  name: 'account.test',
  summary: 'Tries settings (saved ones, or those given) without reaching a customer',
  method: 'POST',
  url: '/api/accounts/test',
  permission: 'account:write',
  body: Exact({
    channel: Type.String({ maxLength: 30 }),
    accountId: Type.Optional(Id),
    settings: Type.Optional(Settings)
  }),
  reply: Type.Object({
    ok: Type.Boolean(),
    steps: Type.Array(
      Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.Optional(Type.String()) })
    )
  })
})

export const moveAccount = defineRoute({
  name: 'account.move',
  summary: 'Has what arrives wait in another queue; what waits already stays, or moves along with its age',
  method: 'POST',
  url: '/api/accounts/:id/move',
  permission: 'account:write',
  params: ById,
  body: Exact({ version: Version, queueId: Id, waiting: OneOf(['stay', 'move']) }),
  reply: Type.Object({
    account: ChannelAccount,
    moved: Type.Integer({ description: 'Waiting interactions that moved along' })
  })
})

export const countWaiting = defineRoute({
  name: 'account.waiting',
  summary: 'How many interactions of an account wait in its queue',
  method: 'GET',
  url: '/api/accounts/:id/waiting',
  permission: 'account:read',
  params: ById,
  reply: Type.Object({ waiting: Type.Integer() })
})

export const sendTest = defineRoute({
  name: 'account.sendTest',
  summary: 'Sends one message through the channel itself: no conversation, no work',
  method: 'POST',
  url: '/api/accounts/:id/test-message',
  permission: 'account:write',
  params: ById,
  body: Exact({
    to: Type.String({ minLength: 1, maxLength: 320 }),
    text: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
    /** An approved template instead of words, where somebody who has not written may only get one. */
    template: Type.Optional(
      Exact({
        templateId: Id,
        values: Type.Record(
          Type.String({ pattern: '^[\\w.]{1,60}$' }),
          Type.String({ minLength: 1, maxLength: 1024 }),
          { additionalProperties: false }
        )
      })
    )
  }),
  reply: Type.Object({ externalId: Type.String() }),
  perMinute: 5,
  audited: true
})

/** Something that came in and could not be read. */
export const QuarantineItem = Type.Object({
  id: Id,
  accountId: Id,
  accountName: Type.String(),
  reason: Type.String(),
  size: Type.Integer(),
  at: Time
})
export type QuarantineItem = Static<typeof QuarantineItem>

export const listQuarantine = defineRoute({
  name: 'quarantine.list',
  summary: 'What came in and could not be read, newest first',
  method: 'GET',
  url: '/api/quarantine',
  permission: 'quarantine:read',
  reply: Type.Object({ items: Type.Array(QuarantineItem) })
})

export const readQuarantined = defineRoute({
  name: 'quarantine.raw',
  summary: 'The raw source of one of them',
  method: 'GET',
  url: '/api/quarantine/:id/raw',
  permission: 'quarantine:read',
  params: ById,
  reply: Type.Unknown(),
  download: true
})

export const dismissQuarantined = defineRoute({
  name: 'quarantine.dismiss',
  summary: 'Takes one off the list; its source is kept for the retention time',
  method: 'DELETE',
  url: '/api/quarantine/:id',
  permission: 'quarantine:write',
  params: ById,
  reply: Done,
  audited: true
})
