import { Type, type Static } from 'typebox'
import { ById, Exact, Id, Nullable, OneOf, Page, Time, Version, defineRoute } from './define.ts'

/** Longest text on the floor: what is longer is a document. */
export const floorTextMax = 4000
/** How many agents or teams one message may name; for more there is the floor. */
export const audienceMax = 300

const FloorText = Type.String({ minLength: 1, maxLength: floorTextMax, pattern: '\\S' })
const ClientId = Type.String({
  pattern: '^[A-Za-z0-9_-]{8,64}$',
  description: "The writer's own id: a repeat writes nothing twice"
})

/** Whom a message was written to; everybody else never hears of it. */
export const Audience = Type.Union([
  Exact({
    kind: Type.Literal('agents'),
    ids: Type.Array(Id, { minItems: 1, maxItems: audienceMax, uniqueItems: true })
  }),
  Exact({
    kind: Type.Literal('teams'),
    ids: Type.Array(Id, { minItems: 1, maxItems: audienceMax, uniqueItems: true })
  }),
  Exact({ kind: Type.Literal('floor') })
])
export type Audience = Static<typeof Audience>

const Author = Type.Object({ userId: Id, agentId: Nullable(Id), name: Type.String() })

/** One agent's side of a message: what she and the supervisors said about it. */
export const FloorSide = Type.Object({
  agentId: Id,
  answers: Type.Integer(),
  last: Nullable(Type.Object({ name: Type.String(), text: Type.String(), byAgent: Type.Boolean(), at: Time }))
})
export type FloorSide = Static<typeof FloorSide>

export const helpEnds = ['resolved', 'withdrawn', 'closed', 'moved'] as const

/**
 * A word between supervisors and agents: a `message` that a supervisor wrote to some of her floor, or the `help` that an
 * agent asks for. Each is shown as its reader may see it: `lead` to who looks after others that it is with, `self` to the
 * agent herself.
 */
export const FloorMessage = Type.Object({
  id: Id,
  version: Version,
  kind: OneOf(['message', 'help']),
  seenAs: OneOf(['self', 'lead']),
  importance: OneOf(['normal', 'urgent']),
  author: Author,
  /** Without the others' ids for agents; null for help. */
  audience: Nullable(
    Type.Object({ kind: OneOf(['agents', 'teams', 'floor']), ids: Type.Array(Id), count: Type.Integer() })
  ),
  text: Type.String(),
  at: Time,
  /** When something was last said, as far as the reader may see it. */
  lastAt: Time,
  /** Something was said that the reader has not seen. */
  unread: Type.Boolean(),
  /** Of the agents in the reader's scope. */
  addressed: Type.Integer(),
  seen: Type.Integer(),
  acknowledged: Type.Integer(),
  /** It is urgent, was written to the reader too, and they have not said that they took note of it. */
  awaitsYou: Type.Boolean(),
  /** Sides on which something was said, the newest first, at most fifty. */
  sides: Type.Array(FloorSide),
  help: Nullable(
    Type.Object({
      agentId: Id,
      interactionId: Nullable(Id),
      channel: Nullable(Type.String()),
      takenBy: Nullable(Type.Object({ userId: Id, name: Type.String(), at: Time })),
      endedAt: Nullable(Time),
      end: Nullable(OneOf(helpEnds))
    })
  )
})
export type FloorMessage = Static<typeof FloorMessage>

export const FloorAnswer = Type.Object({
  id: Id,
  messageId: Id,
  /** Whose side it was said on. */
  agentId: Id,
  author: Author,
  byAgent: Type.Boolean(),
  text: Type.String(),
  at: Time
})
export type FloorAnswer = Static<typeof FloorAnswer>

const After = Type.Optional(Type.String({ maxLength: 60 }))
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }))

export const listFloorMessages = defineRoute({
  name: 'floorMessage.list',
  summary: 'Messages of the floor that you wrote, got, or look after, the latest activity first',
  method: 'GET',
  url: '/api/floor-messages',
  permission: 'floor-message:read',
  query: Exact({
    /** Only help that is still wanted. */
    open: Type.Optional(Type.Boolean()),
    after: After,
    limit: Limit
  }),
  reply: Type.Object({
    seq: Type.String(),
    items: Type.Array(FloorMessage),
    next: Type.Optional(Type.String())
  })
})

export const writeFloorMessage = defineRoute({
  name: 'floorMessage.write',
  summary: 'Writes to agents, teams or the whole floor, as far as you look after them',
  method: 'POST',
  url: '/api/floor-messages',
  permission: 'floor-message:write',
  body: Exact({
    clientId: ClientId,
    audience: Audience,
    importance: OneOf(['normal', 'urgent']),
    text: FloorText
  }),
  reply: FloorMessage
})

export const listFloorAnswers = defineRoute({
  name: 'floorMessage.answers',
  summary: 'What was said about a message on one agent’s side, the newest first',
  method: 'GET',
  url: '/api/floor-messages/:id/answers',
  permission: 'floor-message:read',
  params: ById,
  query: Exact({ agentId: Type.Optional(Id), after: After, limit: Limit }),
  reply: Page(FloorAnswer)
})

export const answerFloorMessage = defineRoute({
  name: 'floorMessage.answer',
  summary: 'Answers: an agent on her own side, a supervisor on that of `agentId`; nobody else hears it',
  method: 'POST',
  url: '/api/floor-messages/:id/answers',
  permission: 'floor-message:read',
  params: ById,
  body: Exact({ clientId: ClientId, text: FloorText, agentId: Type.Optional(Id) }),
  reply: FloorAnswer
})

export const readFloorMessage = defineRoute({
  name: 'floorMessage.read',
  summary: 'Notes that you have seen it; `acknowledged` says that you took note of something urgent',
  method: 'PUT',
  url: '/api/floor-messages/:id/read',
  permission: 'floor-message:read',
  params: ById,
  body: Exact({ acknowledged: Type.Boolean() }),
  reply: FloorMessage
})

export const listFloorReaders = defineRoute({
  name: 'floorMessage.readers',
  summary: 'Which of your agents have seen it, taken note of it, and answered',
  method: 'GET',
  url: '/api/floor-messages/:id/readers',
  permission: 'floor-message:write',
  params: ById,
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        agentId: Id,
        readAt: Nullable(Time),
        acknowledgedAt: Nullable(Time),
        answers: Type.Integer()
      })
    )
  })
})

export const requestHelp = defineRoute({
  name: 'help.request',
  summary: 'Asks your supervisors for help, with an interaction in your hands if it is about one',
  method: 'POST',
  url: '/api/help-requests',
  permission: 'floor-message:read',
  body: Exact({ clientId: ClientId, interactionId: Nullable(Id), text: FloorText }),
  reply: FloorMessage
})

export const takeHelp = defineRoute({
  name: 'help.take',
  summary: 'Says that you are on your way; who was first stays',
  method: 'POST',
  url: '/api/help-requests/:id/take',
  permission: 'floor-message:write',
  params: ById,
  reply: FloorMessage
})

export const endHelp = defineRoute({
  name: 'help.end',
  summary: 'Help is not wanted any more: resolved, or withdrawn when the agent who asked says so',
  method: 'POST',
  url: '/api/help-requests/:id/end',
  permission: 'floor-message:read',
  params: ById,
  reply: FloorMessage
})
