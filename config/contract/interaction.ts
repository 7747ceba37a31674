import { Type, type Static } from 'typebox'
import { ById, Done, Exact, Id, Nullable, OneOf, Page, Time, Version, defineRoute } from './define.ts'
import { attemptCauses } from './call-end.ts'
import { Contact } from './contact.ts'
import { Message } from './message.ts'
import { Reason, Requirements, media } from './routing.ts'

export const interactionStates = ['queued', 'offered', 'active', 'wrapup', 'closed'] as const
export type InteractionState = (typeof interactionStates)[number]

export const Offer = Type.Object({
  id: Id,
  agentId: Id,
  at: Time,
  expiresAt: Time,
  reasons: Type.Array(Reason)
})

/** One line of an interaction's story (offered, accepted, declined, transferred, closed, …). */
export const LogEntry = Type.Object({
  n: Type.Integer(),
  at: Time,
  name: Type.String(),
  byId: Nullable(Id),
  figures: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])),
  /** Of an offer: why this agent, and who was passed over and why. */
  reasons: Type.Optional(Type.Array(Reason))
})
export type LogEntry = Static<typeof LogEntry>

export const Consult = Type.Object({
  id: Id,
  agentId: Id,
  agentName: Type.String(),
  byId: Id,
  byName: Type.String(),
  question: Type.String(),
  at: Time
})
export type Consult = Static<typeof Consult>

/** One unit of work on one channel, from arrival to the end of wrap-up. */
export const Interaction = Type.Object({
  id: Id,
  version: Version,
  conversationId: Id,
  contactId: Id,
  contactName: Type.String(),
  accountId: Id,
  channel: Type.String(),
  medium: OneOf(media),
  queueId: Id,
  state: OneOf(interactionStates),
  subject: Nullable(Type.String()),
  /** First words of the last message, and who wrote it. */
  preview: Type.String(),
  previewKind: OneOf(['in', 'out', 'note']),
  lastMessageAt: Time,
  /** Messages of the customer that the owner has not seen. */
  unread: Type.Integer(),
  priority: Type.Integer(),
  requirements: Requirements,
  agentId: Nullable(Id),
  offer: Nullable(Offer),
  /** Preferred agent, and until when it is held for them. */
  sticky: Nullable(Type.Object({ agentId: Id, until: Time })),
  /** Agents whom the contact would rather have, and those whom it is never offered to. */
  preferredIds: Type.Array(Id),
  forbiddenIds: Type.Array(Id),
  /** What was suggested to the customer while it waits. */
  suggestion: Nullable(OneOf(['callback', 'voicemail', 'form'])),
  /** The customer is called back instead of waiting on the line. */
  callback: Nullable(
    Type.Object({
      /** What it is the work of; null for one of an earlier version. */
      id: Nullable(Id),
      /** E.164 */
      number: Type.String(),
      /** What was promised; null: as soon as somebody is free. */
      slot: Nullable(Type.Object({ from: Time, to: Time })),
      askedAt: Time,
      attempts: Type.Integer({ description: 'Those that reached nobody' }),
      /** How the last attempt ended that reached nobody. */
      lastCause: Nullable(OneOf(attemptCauses))
    })
  ),
  /** What the customer was told at the beginning of the wait, to be measured by. */
  estimate: Nullable(Type.Object({ seconds: Type.Integer(), position: Type.Integer() })),
  /** Colleagues who were asked and see it until the consult is ended. */
  consults: Type.Array(Consult),
  /** Start of the wait that counts for order and service level; survives re-queueing. */
  queuedAt: Time,
  acceptedAt: Nullable(Time),
  /** When the service level is broken, if nobody has accepted by then. */
  dueAt: Nullable(Time),
  /** Until when free words may be sent to the customer; null where that has no end, or they never wrote. */
  windowUntil: Nullable(Time),
  /** Whose move it is once it is active. */
  waitingFor: OneOf(['agent', 'customer']),
  snoozedUntil: Nullable(Time),
  wrapUp: Nullable(Type.Object({ since: Time, until: Nullable(Time) })),
  dispositionId: Nullable(Id),
  dispositionNote: Type.String(),
  rating: Nullable(Type.Object({ score: Type.Integer(), comment: Type.String() })),
  transfer: Nullable(Type.Object({ byId: Id, note: Type.String() })),
  /** The customer's side is there (chat); null where a channel cannot tell. */
  customerOnline: Nullable(Type.Boolean()),
  createdAt: Time,
  closedAt: Nullable(Time)
})
export type Interaction = Static<typeof Interaction>

export const Conversation = Type.Object({
  id: Id,
  version: Version,
  contactId: Id,
  subject: Nullable(Type.String()),
  channel: Type.String(),
  createdAt: Time,
  lastMessageAt: Time
})
export type Conversation = Static<typeof Conversation>

/** The agent's inbox as one snapshot; later events carry whole interactions. */
export const readInbox = defineRoute({
  name: 'inbox.read',
  summary: 'Everything in your hands: offers, work, wrap-up and snoozed, with the sequence it is true for',
  method: 'GET',
  url: '/api/inbox',
  permission: 'interaction:read',
  reply: Type.Object({ seq: Type.String(), items: Type.Array(Interaction) })
})

export const listInteractions = defineRoute({
  name: 'interaction.list',
  summary: 'Interactions of the queues in your scope, newest activity first',
  method: 'GET',
  url: '/api/interactions',
  permission: 'interaction:read',
  query: Exact({
    state: Type.Optional(OneOf(interactionStates)),
    queueId: Type.Optional(Id),
    agentId: Type.Optional(Id),
    contactId: Type.Optional(Id),
    channel: Type.Optional(Type.String({ maxLength: 30 })),
    text: Type.Optional(
      Type.String({ maxLength: 200, description: 'Words of subject, contact or last message' })
    ),
    after: Type.Optional(Type.String({ maxLength: 60 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }))
  }),
  reply: Page(Interaction)
})

export const readInteraction = defineRoute({
  name: 'interaction.read',
  summary: 'One interaction with its contact, conversation, story and last messages',
  method: 'GET',
  url: '/api/interactions/:id',
  permission: 'interaction:read',
  params: ById,
  reply: Type.Object({
    seq: Type.String(),
    interaction: Interaction,
    conversation: Conversation,
    contact: Contact,
    log: Type.Array(LogEntry),
    messages: Page(Message)
  })
})

export const readHistory = defineRoute({
  name: 'contact.history',
  summary: "A contact's interactions over all channels that you may see, newest first",
  method: 'GET',
  url: '/api/contacts/:id/history',
  permission: 'interaction:read',
  params: ById,
  query: Exact({
    after: Type.Optional(Type.String({ maxLength: 60 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }))
  }),
  reply: Page(Interaction)
})

export const acceptInteraction = defineRoute({
  name: 'interaction.accept',
  summary: 'Takes what is offered to you',
  method: 'POST',
  url: '/api/interactions/:id/accept',
  permission: 'interaction:handle',
  params: ById,
  body: Exact({ offerId: Id }),
  reply: Interaction
})

export const declineInteraction = defineRoute({
  name: 'interaction.decline',
  summary: 'Gives an offer back; it goes to somebody else and keeps its age',
  method: 'POST',
  url: '/api/interactions/:id/decline',
  permission: 'interaction:handle',
  params: ById,
  body: Exact({ offerId: Id, reason: Type.Optional(Type.String({ maxLength: 200 })) }),
  reply: Done
})

export const pickInteraction = defineRoute({
  name: 'interaction.pick',
  summary: 'Takes a queued interaction of one of your queues by hand',
  method: 'POST',
  url: '/api/interactions/:id/pick',
  permission: 'interaction:handle',
  params: ById,
  reply: Interaction
})

export const assignInteraction = defineRoute({
  name: 'interaction.assign',
  summary: 'Offers an interaction to one agent by hand',
  method: 'POST',
  url: '/api/interactions/:id/assign',
  permission: 'interaction:assign',
  params: ById,
  body: Exact({ agentId: Id, version: Version }),
  reply: Interaction,
  audited: true
})

export const transferInteraction = defineRoute({
  name: 'interaction.transfer',
  summary: 'Hands an interaction to another agent, queue or skill, with a note; it keeps its age',
  method: 'POST',
  url: '/api/interactions/:id/transfer',
  permission: 'interaction:handle',
  params: ById,
  body: Exact({
    to: Type.Union([
      Exact({ agentId: Id }),
      Exact({ queueId: Id }),
      /** Whoever has the skills, in this queue or the one where it is. */
      Exact({ requirements: Requirements, queueId: Type.Optional(Id) })
    ]),
    note: Type.Optional(Type.String({ maxLength: 2000 }))
  }),
  reply: Interaction
})

export const consultOn = defineRoute({
  name: 'interaction.consult',
  summary: 'Asks a colleague about an interaction: they see it and write notes until the consult is ended',
  method: 'POST',
  url: '/api/interactions/:id/consults',
  permission: 'interaction:handle',
  params: ById,
  body: Exact({ agentId: Id, question: Type.String({ minLength: 1, maxLength: 2000 }) }),
  reply: Interaction
})

export const endConsult = defineRoute({
  name: 'interaction.endConsult',
  summary: 'Ends a consult; either side may',
  method: 'DELETE',
  url: '/api/interactions/:id/consults/:consultId',
  permission: 'interaction:handle',
  params: Exact({ id: Id, consultId: Id }),
  reply: Interaction
})

export const prioritiseInteraction = defineRoute({
  name: 'interaction.prioritise',
  summary: 'Gives a waiting interaction another priority; one point is one minute of waiting',
  method: 'PUT',
  url: '/api/interactions/:id/priority',
  permission: 'interaction:assign',
  params: ById,
  body: Exact({ priority: Type.Integer({ minimum: 0, maximum: 10_000 }), version: Version }),
  reply: Interaction,
  audited: true
})

export const arrangeInteractions = defineRoute({
  name: 'interaction.arrange',
  summary: 'Moves, re-prioritises, re-queues or relaxes many interactions; says which could not be, and why',
  method: 'POST',
  url: '/api/interactions/arrange',
  permission: 'interaction:assign',
  body: Exact({
    ids: Type.Array(Id, { minItems: 1, maxItems: 500 }),
    action: Type.Union([
      Exact({ kind: Type.Literal('move'), queueId: Id }),
      Exact({ kind: Type.Literal('priority'), priority: Type.Integer({ minimum: 0, maximum: 10_000 }) }),
      Exact({ kind: Type.Literal('requeue') }),
      /** Asks for no skills any more: anybody of the queue may take it. */
      Exact({ kind: Type.Literal('relax') })
    ])
  }),
  reply: Type.Object({
    done: Type.Array(Id),
    refused: Type.Array(Type.Object({ id: Id, error: Type.String() }))
  }),
  audited: true
})

export const closeInteraction = defineRoute({
  name: 'interaction.close',
  summary: 'Ends the contact; wrap-up begins where the queue has one, and needs a disposition to end',
  method: 'POST',
  url: '/api/interactions/:id/close',
  permission: 'interaction:handle',
  params: ById,
  body: Exact({
    dispositionId: Type.Optional(Id),
    note: Type.Optional(Type.String({ maxLength: 2000 })),
    /** Asks for wrap-up where the queue leaves it to the agent. */
    wrapUp: Type.Optional(Type.Boolean())
  }),
  reply: Interaction
})

export const finishWrapUp = defineRoute({
  name: 'interaction.finish',
  summary: 'Ends wrap-up; a disposition is needed where the queue asks for one',
  method: 'POST',
  url: '/api/interactions/:id/finish',
  permission: 'interaction:handle',
  params: ById,
  body: Exact({
    dispositionId: Type.Optional(Id),
    note: Type.Optional(Type.String({ maxLength: 2000 }))
  }),
  reply: Interaction
})

export const extendWrapUp = defineRoute({
  name: 'interaction.extend',
  summary: "Adds the queue's extension to a running wrap-up",
  method: 'POST',
  url: '/api/interactions/:id/extend',
  permission: 'interaction:handle',
  params: ById,
  reply: Interaction
})

export const snoozeInteraction = defineRoute({
  name: 'interaction.snooze',
  summary: 'Puts an interaction aside until a time or until the customer writes; null wakes it',
  method: 'POST',
  url: '/api/interactions/:id/snooze',
  permission: 'interaction:handle',
  params: ById,
  body: Exact({ until: Nullable(Time) }),
  reply: Interaction
})

export const markRead = defineRoute({
  name: 'interaction.markRead',
  summary: 'You have seen what the customer wrote',
  method: 'POST',
  url: '/api/interactions/:id/read',
  permission: 'interaction:handle',
  params: ById,
  reply: Done
})

export const splitConversation = defineRoute({
  name: 'conversation.split',
  summary: 'Moves a message, and what follows it in its interaction, into a conversation of its own',
  method: 'POST',
  url: '/api/interactions/:id/split',
  permission: 'conversation:arrange',
  params: ById,
  body: Exact({ messageId: Id }),
  reply: Interaction,
  audited: true
})

export const mergeConversation = defineRoute({
  name: 'conversation.merge',
  summary: "Joins another conversation of the same contact into this interaction's conversation",
  method: 'POST',
  url: '/api/interactions/:id/merge',
  permission: 'conversation:arrange',
  params: ById,
  body: Exact({ otherConversationId: Id }),
  reply: Interaction,
  audited: true
})
