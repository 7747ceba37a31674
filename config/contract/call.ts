import { Type, type Static } from 'typebox'
import { ById, Done, Exact, Id, Nullable, OneOf, Time, Version, defineRoute } from './define.ts'
import { PartyEnd, endCauses } from './call-end.ts'
import { Interaction } from './interaction.ts'

export const callStates = ['flow', 'waiting', 'ringing', 'talking', 'voicemail', 'ended'] as const
export type CallState = (typeof callStates)[number]

export const partyRoles = ['customer', 'agent', 'guest', 'supervisor'] as const
export type PartyRole = (typeof partyRoles)[number]

/** `wanted`: not called yet; `called`: nothing was heard of it yet; `in`: on the line. */
export const partyStates = ['wanted', 'called', 'ringing', 'in', 'ended'] as const

/** Somebody in a call, or who was. */
export const Party = Type.Object({
  tag: Type.String(),
  role: OneOf(partyRoles),
  agentId: Nullable(Id),
  /** Of an agent, or the number of somebody outside. */
  name: Type.String(),
  state: OneOf(partyStates),
  held: Type.Boolean(),
  heldSince: Nullable(Time),
  muted: Type.Boolean(),
  /** A supervisor is heard by these only; null: by all, or (muted) by nobody. */
  coach: Nullable(OneOf(partyRoles)),
  since: Time,
  end: Nullable(PartyEnd)
})
export type Party = Static<typeof Party>

/** Something that was found out before the call was offered, in the order found. */
export const Finding = Type.Object({ label: Type.String(), value: Type.String() })
export type Finding = Static<typeof Finding>

/** What reports are made of, once a call is over. Seconds are whole. */
export const CallFacts = Type.Object({
  direction: OneOf(['in', 'out']),
  /** Until somebody talked with the customer, or until the end. */
  waitSeconds: Type.Integer(),
  /** Phones rang: the agents', and the customer's in a call of ours. */
  alertSeconds: Type.Integer(),
  talkSeconds: Type.Integer(),
  holdSeconds: Type.Integer(),
  holds: Type.Integer(),
  /** Agents whom it rang for. */
  offered: Type.Integer(),
  /** Handed over to somebody else of ours, or outside. */
  transfers: Type.Integer(),
  endedBy: OneOf(['customer', 'agent', 'system']),
  /** How the customer's line ended. */
  cause: Nullable(OneOf(endCauses)),
  sipStatus: Nullable(Type.Integer())
})
export type CallFacts = Static<typeof CallFacts>

/** A call as its agents see it. */
export const Call = Type.Object({
  id: Id,
  version: Version,
  accountId: Id,
  /** Null while it is with the machine only. */
  interactionId: Nullable(Id),
  direction: OneOf(['in', 'out']),
  /** The customer's number, E.164 where it is one; empty when it is withheld. */
  number: Type.String(),
  /** Our own number. */
  ourNumber: Type.String(),
  name: Type.String(),
  state: OneOf(callStates),
  parties: Type.Array(Party),
  findings: Type.Array(Finding),
  recording: OneOf(['off', 'on', 'paused']),
  /** Who decides on it: calls of the account are never or always recorded, or as the agent says. */
  recordingRule: OneOf(['never', 'on-demand', 'always']),
  startedAt: Time,
  talkingSince: Nullable(Time),
  endedAt: Nullable(Time),
  endedBy: Nullable(OneOf(['customer', 'agent', 'system'])),
  /** Null until it is over. */
  facts: Nullable(CallFacts)
})
export type Call = Static<typeof Call>

export const readCall = defineRoute({
  name: 'call.read',
  summary: 'The newest call of an interaction; null when it has none',
  method: 'GET',
  url: '/api/interactions/:id/call',
  permission: 'interaction:read',
  params: ById,
  reply: Type.Object({ call: Nullable(Call) })
})

const acting = { method: 'POST', permission: 'interaction:handle', params: ById } as const

/** Why a number cannot be called now. */
export const dialRefusals = ['not-a-number', 'not-allowed', 'do-not-call', 'out-of-hours', 'no-line'] as const

/** What is known of a number before it is called. */
export const NumberCheck = Type.Object({
  /** E.164; null when it is no telephone number. */
  number: Nullable(Type.String()),
  /** ISO 3166, two letters; null where the number does not tell. */
  country: Nullable(Type.String()),
  /** What clocks show there, HH:MM; null where the number's country has several times and they differ in what is allowed. */
  localTime: Nullable(Type.String()),
  contact: Nullable(Type.Object({ id: Id, name: Type.String() })),
  refusal: Nullable(OneOf(dialRefusals))
})
export type NumberCheck = Static<typeof NumberCheck>

export const checkNumber = defineRoute({
  name: 'call.check',
  summary: 'What a number is, and whether you may call it now',
  method: 'GET',
  url: '/api/calls/check',
  permission: 'interaction:handle',
  query: Exact({
    number: Type.String({ minLength: 2, maxLength: 40 }),
    queueId: Type.Optional(Id),
    /** The call or callback that it would belong to: whoever asked to be called is called at any time. */
    interactionId: Type.Optional(Id)
  }),
  reply: NumberCheck
})

export const dialCall = defineRoute({
  name: 'call.dial',
  summary:
    'Calls a number for you: your phone rings first, then the other side. The work is a new interaction of the queue, or the call or callback named, which has to be in your hands',
  method: 'POST',
  url: '/api/calls',
  permission: 'interaction:handle',
  body: Exact({
    number: Type.String({ minLength: 2, maxLength: 40 }),
    /** The queue whose account and number are used; without, the first of yours that has a line. */
    queueId: Type.Optional(Id),
    interactionId: Type.Optional(Id)
  }),
  reply: Type.Object({ call: Call, interaction: Interaction })
})

export const holdCall = defineRoute({
  ...acting,
  name: 'call.hold',
  summary: 'Puts the customer, or somebody who was brought in, on hold with music, or takes them back',
  url: '/api/calls/:id/hold',
  body: Exact({ on: Type.Boolean(), tag: Type.Optional(Type.String({ maxLength: 40 })) }),
  reply: Call
})

export const muteCall = defineRoute({
  ...acting,
  name: 'call.mute',
  summary: 'Mutes you in the call, wherever your phone is',
  url: '/api/calls/:id/mute',
  body: Exact({ on: Type.Boolean() }),
  reply: Call
})

export const pressKeys = defineRoute({
  ...acting,
  name: 'call.keys',
  summary: 'Sends keys (DTMF) to the customer’s side or to a guest',
  url: '/api/calls/:id/keys',
  body: Exact({ keys: Type.String({ pattern: '^[0-9A-D*#]{1,32}$' }), tag: Type.Optional(Type.String()) }),
  reply: Done
})

export const hangUpCall = defineRoute({
  ...acting,
  name: 'call.hangUp',
  summary: 'Ends the call for everybody, or for one party of it',
  url: '/api/calls/:id/hang-up',
  body: Exact({ tag: Type.Optional(Type.String({ maxLength: 40 })) }),
  reply: Call
})

export const recordCall = defineRoute({
  ...acting,
  name: 'call.record',
  summary: 'Starts or stops the recording where agents may, or pauses it (while a card number is said)',
  url: '/api/calls/:id/recording',
  body: Exact({ to: OneOf(['on', 'paused', 'off']) }),
  reply: Call
})

/** Somebody to be brought into a call. */
export const Invitee = Type.Union([
  Exact({ agentId: Id }),
  Exact({ number: Type.String({ minLength: 2, maxLength: 40 }) })
])

export const invite = defineRoute({
  ...acting,
  name: 'call.invite',
  summary: 'Calls an agent or a number into the call; privately: while the customer is on hold',
  url: '/api/calls/:id/invite',
  body: Exact({ who: Invitee, privately: Type.Boolean() }),
  reply: Call
})

export const handOverCall = defineRoute({
  ...acting,
  name: 'call.handOver',
  summary: 'Leaves the call to whoever was brought in (warm transfer); the customer comes off hold',
  url: '/api/calls/:id/hand-over',
  body: Exact({ tag: Type.String({ maxLength: 40 }) }),
  reply: Interaction
})

export const passOnCall = defineRoute({
  ...acting,
  name: 'call.passOn',
  summary:
    'Leaves the call to a number that is called now (blind transfer); the customer hears music, and comes back to the queue with their age when nobody answers',
  url: '/api/calls/:id/pass-on',
  body: Exact({ number: Type.String({ minLength: 2, maxLength: 40 }) }),
  reply: Call
})

export const superviseCall = defineRoute({
  name: 'call.supervise',
  summary: 'Listens in a call, whispers to its agent, joins it for all to hear, or leaves it again',
  method: 'POST',
  url: '/api/calls/:id/supervise',
  permission: 'call:supervise',
  params: ById,
  body: Exact({ as: OneOf(['monitor', 'whisper', 'barge', 'leave']) }),
  reply: Call,
  audited: true
})

export const takeOverCall = defineRoute({
  name: 'call.takeOver',
  summary: 'Takes a call that you are in from its agent',
  method: 'POST',
  url: '/api/calls/:id/take-over',
  permission: 'call:supervise',
  params: ById,
  reply: Interaction,
  audited: true
})

/** What a browser's phone registers with; the password is good for the shift. */
export const readPhone = defineRoute({
  name: 'phone.read',
  summary: 'Your phone: where it registers and as whom; null when no voice account has one',
  method: 'GET',
  url: '/api/me/phone',
  permission: 'interaction:handle',
  reply: Type.Object({
    phone: Nullable(
      Type.Object({
        accountId: Id,
        server: Type.String({ description: 'WSS address of the SIP server' }),
        uri: Type.String({ description: 'SIP address that it registers' }),
        user: Type.String(),
        password: Type.String(),
        expiresAt: Time
      })
    )
  })
})
