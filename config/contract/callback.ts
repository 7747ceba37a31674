import { Type, type Static } from 'typebox'
import { attemptCauses } from './call-end.ts'
import { ById, Exact, Id, Name, Nullable, OneOf, Page, Time, Version, defineRoute } from './define.ts'

/**
 * What a callback goes through. `scheduled` waits for its time, `queued` is with the queue or an agent as an
 * interaction; `done` reached somebody, `failed` never did, `cancelled` is wanted no longer.
 */
export const callbackStates = ['scheduled', 'queued', 'done', 'failed', 'cancelled'] as const
export type CallbackState = (typeof callbackStates)[number]

/** Where it was asked for. */
export const callbackSources = ['web', 'api', 'flow', 'wait', 'missed-call', 'agent'] as const
export type CallbackSource = (typeof callbackSources)[number]

const Minutes = (minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, description: 'Minutes' })

/** A queue's rules for those who ask to be called back. */
export const CallbackRules = Exact({
  /** The account of calls that calls them back; null: nobody may ask it of this queue over the web or of an agent. */
  accountId: Nullable(Id),
  /** Whose phone rings first once an agent has accepted; `by-hand`: the agent presses the button. */
  dialling: OneOf(['agent-first', 'customer-first', 'by-hand']),
  /** It may be asked for now. */
  now: Type.Boolean(),
  /** It may be asked for at a time; null: it may not. */
  slots: Nullable(
    Exact({
      minutes: Minutes(10, 240),
      /** No slot begins sooner. */
      noticeMinutes: Minutes(0, 10_080),
      daysAhead: Type.Integer({ minimum: 1, maximum: 60 }),
      /** Part of the time of the agents who are expected that goes to callbacks. */
      share: Type.Number({ minimum: 0.01, maximum: 1 }),
      /** Most in a slot, whoever is expected; null: as many as those who are expected can call. */
      most: Nullable(Type.Integer({ minimum: 1, maximum: 1000 }))
    })
  ),
  /** What follows when nobody is reached; null: it stays with its agent, who tries again or closes it. */
  retries: Nullable(
    Exact({
      attempts: Type.Integer({ minimum: 1, maximum: 10, description: 'In all' }),
      /** Least time before the next attempt, by how the last one ended. */
      gap: Exact({ noAnswer: Minutes(1, 10_080), busy: Minutes(1, 10_080), machine: Minutes(1, 10_080) }),
      /** Minutes after midnight, by clocks where the customer is: no further attempt before and after. */
      hours: Exact({
        from: Type.Integer({ minimum: 0, maximum: 1439 }),
        to: Type.Integer({ minimum: 1, maximum: 1440 })
      }),
      /** The disposition of one that never reached anybody. */
      dispositionId: Nullable(Id)
    })
  ),
  /** Whoever hangs up while they wait on the line is called back. */
  missedCalls: Type.Boolean(),
  /** How they hear that it was noted, and are reminded: by mail, or by an approved template; null: not. */
  confirm: Exact({
    mailAccountId: Nullable(Id),
    template: Nullable(Exact({ accountId: Id, templateId: Id })),
    /** Before the slot; null: no reminder. */
    remindMinutes: Nullable(Minutes(5, 2880))
  }),
  /** What somebody agrees to who asks on the web. */
  consent: Exact({ en: Type.String({ maxLength: 1000 }), fr: Type.String({ maxLength: 1000 }) }),
  limits: Exact({
    perNumberDaily: Type.Integer({ minimum: 1, maximum: 100 }),
    perAddressHourly: Type.Integer({ minimum: 1, maximum: 10_000 }),
    perSiteHourly: Type.Integer({ minimum: 1, maximum: 100_000 }),
    /** Whoever asks proves first that they read the number's messages, or the address they give. */
    code: OneOf(['off', 'mail', 'template']),
    /** Beginnings of numbers (E.164) that are never called back. */
    blocked: Type.Array(Type.String({ pattern: '^\\+\\d{1,14}$' }), { maxItems: 500 })
  })
})
export type CallbackRules = Static<typeof CallbackRules>

/** What is usual; without an account nobody may ask. */
export const usualCallbacks: CallbackRules = {
  accountId: null,
  dialling: 'agent-first',
  now: true,
  slots: { minutes: 30, noticeMinutes: 60, daysAhead: 7, share: 0.25, most: null },
  retries: null,
  missedCalls: false,
  confirm: { mailAccountId: null, template: null, remindMinutes: 60 },
  consent: { en: '', fr: '' },
  limits: { perNumberDaily: 3, perAddressHourly: 5, perSiteHourly: 200, code: 'off', blocked: [] }
}

/** A stretch of time in which somebody is promised to be called. */
export const Slot = Type.Object({ from: Time, to: Time })
export type Slot = Static<typeof Slot>

export const CallbackAttempt = Type.Object({
  at: Time,
  interactionId: Id,
  agentId: Nullable(Id),
  /** Null: somebody was reached. */
  cause: Nullable(OneOf(attemptCauses))
})

/** Somebody who asked to be called, until they were or nobody tries any more. */
export const Callback = Type.Object({
  id: Id,
  version: Version,
  state: OneOf(callbackStates),
  source: OneOf(callbackSources),
  queueId: Id,
  accountId: Id,
  contactId: Nullable(Id),
  name: Type.String(),
  number: Type.String({ description: 'E.164' }),
  email: Type.String(),
  reason: Type.String(),
  locale: OneOf(['en', 'fr']),
  /** Whose it is first; null: anybody's who may. */
  agentId: Nullable(Id),
  /** What was promised; null: as soon as somebody is free. */
  slot: Nullable(Slot),
  /** When it goes to the queue; null once nothing more is to come. */
  nextAt: Nullable(Time),
  /** As which it is, or last was, with the queue. */
  interactionId: Nullable(Id),
  conversationId: Nullable(Id),
  attempts: Type.Array(CallbackAttempt),
  /** Was the first attempt in the slot? Null without a slot, and before. */
  kept: Nullable(Type.Boolean()),
  createdAt: Time,
  endedAt: Nullable(Time)
})
export type Callback = Static<typeof Callback>

export const listCallbacks = defineRoute({
  name: 'callback.list',
  summary: 'Callbacks in your scope, those asked for last first',
  method: 'GET',
  url: '/api/callbacks',
  permission: 'interaction:read',
  query: Exact({
    /** `mine`: those that are kept for you. */
    of: Type.Optional(OneOf(['mine', 'all'])),
    open: Type.Optional(Type.Boolean()),
    queueId: Type.Optional(Id),
    contactId: Type.Optional(Id),
    after: Type.Optional(Type.String({ maxLength: 60 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }))
  }),
  reply: Page(Callback)
})

export const readCallback = defineRoute({
  name: 'callback.read',
  summary: 'One callback',
  method: 'GET',
  url: '/api/callbacks/:id',
  permission: 'interaction:read',
  params: ById,
  reply: Callback
})

const When = {
  /** The beginning of a slot of the queue, whose place is taken. */
  slot: Type.Optional(Time),
  /** Any moment; an agent's word is no slot. */
  at: Type.Optional(Time)
}

export const askCallback = defineRoute({
  name: 'callback.ask',
  summary: 'Asks for a callback on behalf of a customer: now, in a slot, or at a moment; for you or anybody',
  method: 'POST',
  url: '/api/callbacks',
  permission: 'interaction:handle',
  body: Exact({
    queueId: Id,
    number: Type.String({ minLength: 2, maxLength: 40 }),
    name: Type.Optional(Type.String({ maxLength: 200 })),
    email: Type.Optional(Type.String({ format: 'email', maxLength: 320 })),
    reason: Type.Optional(Type.String({ maxLength: 1000 })),
    locale: Type.Optional(OneOf(['en', 'fr'])),
    ...When,
    agentId: Type.Optional(Nullable(Id)),
    /** The callback that comes of this key is made once, however often it is asked for. */
    key: Type.Optional(Type.String({ minLength: 8, maxLength: 80 }))
  }),
  reply: Callback,
  audited: true
})

export const arrangeCallback = defineRoute({
  name: 'callback.arrange',
  summary:
    'Gives it another time or another agent; one whose last attempt failed, or that is in your hands, waits again',
  method: 'POST',
  url: '/api/callbacks/:id/arrange',
  permission: 'interaction:handle',
  params: ById,
  body: Exact({ version: Version, ...When, agentId: Type.Optional(Nullable(Id)) }),
  reply: Callback,
  audited: true
})

export const cancelCallback = defineRoute({
  name: 'callback.cancel',
  summary: 'Nobody calls any more',
  method: 'POST',
  url: '/api/callbacks/:id/cancel',
  permission: 'interaction:handle',
  params: ById,
  reply: Callback,
  audited: true
})

export const noteMachine = defineRoute({
  name: 'callback.machine',
  summary: 'What answered your call was a machine: the queue’s rules say when it is tried again',
  method: 'POST',
  url: '/api/callbacks/:id/machine',
  permission: 'interaction:handle',
  params: ById,
  reply: Callback
})

/** What somebody who asks to be called may choose. */
export const CallbackOffer = Type.Object({
  /** Null: not now. */
  now: Nullable(Type.Object({ estimatedWaitS: Nullable(Type.Integer()) })),
  /** Those with a place, in order. */
  slots: Type.Array(Slot),
  /** The queue's clocks. */
  timeZone: Type.String()
})
export type CallbackOffer = Static<typeof CallbackOffer>

export const readSlots = defineRoute({
  name: 'callback.slots',
  summary: 'When a queue can call somebody back',
  method: 'GET',
  url: '/api/queues/:id/callback-slots',
  permission: 'interaction:read',
  params: ById,
  reply: CallbackOffer
})

/** What a visitor's client shows before anything is asked. */
export const VisitCallbackOffer = Type.Object({
  ...CallbackOffer.properties,
  consent: Type.Object({ en: Type.String(), fr: Type.String() }),
  code: OneOf(['off', 'mail', 'template']),
  /** An address is needed: for the confirmation or the code. */
  emailWanted: OneOf(['no', 'optional', 'required']),
  /** ISO 3166: where numbers without a country are taken to be. */
  country: Nullable(Type.String())
})
export type VisitCallbackOffer = Static<typeof VisitCallbackOffer>

const AccountParams = Exact({ accountId: Id })

export const offerVisitCallback = defineRoute({
  name: 'visit.callbackOffer',
  summary: 'Whether and when the visitor may be called back',
  method: 'GET',
  url: '/api/visitor/:accountId/callback',
  permission: 'visitor',
  params: AccountParams,
  reply: VisitCallbackOffer,
  perMinute: 60
})

const Asked = {
  number: Type.String({ minLength: 2, maxLength: 40 }),
  name: Name,
  email: Type.Optional(Type.String({ format: 'email', maxLength: 320 })),
  locale: OneOf(['en', 'fr'])
}

export const codeVisitCallback = defineRoute({
  name: 'visit.callbackCode',
  summary: 'Sends the code that proves a number or an address, where the queue asks for one',
  method: 'POST',
  url: '/api/visitor/:accountId/callback/code',
  permission: 'visitor',
  params: AccountParams,
  body: Exact(Asked),
  reply: Type.Object({ ok: Type.Literal(true) }),
  perMinute: 5
})

export const askVisitCallback = defineRoute({
  name: 'visit.askCallback',
  summary: 'Asks to be called: now, or in a slot',
  method: 'POST',
  url: '/api/visitor/:accountId/callback',
  permission: 'visitor',
  params: AccountParams,
  body: Exact({
    ...Asked,
    reason: Type.Optional(Type.String({ maxLength: 1000 })),
    slot: Type.Optional(Time),
    /** The words agreed to, as they were shown. */
    consent: Type.String({ maxLength: 1000 }),
    code: Type.Optional(Type.String({ pattern: '^\\d{6}$' })),
    /** Made by the client: a repeat has no effect. */
    key: Type.String({ pattern: '^[\\w-]{8,64}$' })
  }),
  reply: Type.Object({
    state: OneOf(callbackStates),
    number: Type.String(),
    slot: Nullable(Slot),
    estimatedWaitS: Nullable(Type.Integer()),
    /** Where it is changed or taken back: a path of this server. */
    link: Type.String()
  }),
  perMinute: 10
})

const ByToken = Exact({ token: Type.String({ minLength: 1, maxLength: 100 }) })
const Anything = Type.Unknown()
const lang = Exact({ lang: Type.Optional(OneOf(['en', 'fr'])) })

export const showCallback = defineRoute({
  name: 'callback.page',
  summary:
    'A page on which whoever asked sees when they are called, changes or cancels it; looking changes nothing',
  method: 'GET',
  url: '/k/:token',
  permission: 'public',
  params: ByToken,
  query: lang,
  reply: Anything,
  download: true
})

export const changeCallback = defineRoute({
  name: 'callback.change',
  summary: 'What the page was asked to do',
  method: 'POST',
  url: '/k/:token',
  permission: 'public',
  params: ByToken,
  query: lang,
  reply: Anything,
  download: true,
  perMinute: 20
})
