import { Type, type Static, type TSchema } from 'typebox'
import { ById, Exact, Id, Name, Nullable, OneOf, Page, Time, Version, defineRoute } from './define.ts'
import { Requirements } from './routing.ts'

/**
 * What a caller goes through before somebody answers, as data: nodes that say, ask, decide and look up, and where each
 * leads. Texts may hold `{{variable}}` and `{{variable | filter}}`; nothing in a flow is ever run as code.
 */

const key = '[a-z][A-Za-z0-9-]{0,39}'
const NodeId = Type.String({ pattern: `^${key}$` })
/** Where a node leads. Empty: not connected yet; it can be saved so, and not published. */
const Exit = Type.String({ pattern: `^(${key})?$`, description: 'Id of a node' })
const VariableName = Type.String({ pattern: '^[a-z][A-Za-z0-9]{0,39}$' })
/** A variable of the flow, or something that is known of the call: `call.from`, `contact.name` … */
const Reference = Type.String({ pattern: '^[a-z][A-Za-z0-9]{0,39}(\\.[a-z][A-Za-z0-9]{0,39})?$' })
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength })
const Language = Type.String({ pattern: '^[a-z]{2,3}(-[A-Z]{2})?$', description: 'BCP 47: fr, fr-FR' })
const Seconds = (minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, description: 'Seconds' })
const Tries = Type.Integer({ minimum: 1, maximum: 5, description: 'How often it is asked in all' })

/** What is known of every call, beside the flow's own variables. */
export const givenVariables = ['call.from', 'call.to', 'call.name', 'contact.name'] as const
export type GivenVariable = (typeof givenVariables)[number]

/** How a value is spoken: `{{card | digits}}`, `{{balance | money:XOF}}`. */
export const filters = ['digits', 'number', 'money', 'date', 'time'] as const
export type Filter = (typeof filters)[number]

export const variableTypes = ['text', 'digits', 'number', 'boolean', 'date'] as const
export type VariableType = (typeof variableTypes)[number]
export type FlowValue = string | number | boolean | null

const Value = Type.Union([
  Type.String({ maxLength: 500 }),
  Type.Number({ minimum: -1e15, maximum: 1e15 }),
  Type.Boolean(),
  Type.Null()
])

export const FlowVariable = Exact({
  name: VariableName,
  type: OneOf(variableTypes),
  start: Value,
  /** What the agent reads before it; empty: the name. */
  label: Type.String({ maxLength: 100 }),
  /** Whether the agent sees it at the offer: not, as it is, or only its last four characters. */
  shown: OneOf(['no', 'yes', 'masked'])
})
export type FlowVariable = Static<typeof FlowVariable>

export const FlowPrompt = Type.Union([
  Exact({ kind: Type.Literal('say'), text: Text(1000), language: Type.Optional(Language) }),
  Exact({ kind: Type.Literal('play'), url: Type.String({ pattern: '^(https?://|/)', maxLength: 1000 }) }),
  Exact({ kind: Type.Literal('pause'), seconds: Type.Number({ minimum: 0.1, maximum: 10 }) })
])
export type FlowPrompt = Static<typeof FlowPrompt>
const Prompts = Type.Array(FlowPrompt, { maxItems: 10 })

export const operators = [
  'equals',
  'differs',
  'below',
  'at-most',
  'above',
  'at-least',
  'contains',
  'starts-with',
  'filled',
  'empty'
] as const
export type Operator = (typeof operators)[number]

/** Something that holds or does not. `open` asks a calendar about this moment. */
export type Condition =
  | { variable: string; is: Operator; value: string | number | boolean | null }
  | { open: string }
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }

const leaves = [Exact({ variable: Reference, is: OneOf(operators), value: Value }), Exact({ open: Id })]
const deepest = 3
function conditionOf(depth: number): TSchema {
  if (depth === 0) return Type.Union(leaves)
  const inner = conditionOf(depth - 1)
  return Type.Union([
    ...leaves,
    Exact({ all: Type.Array(inner, { minItems: 1, maxItems: 12 }) }),
    Exact({ any: Type.Array(inner, { minItems: 1, maxItems: 12 }) }),
    Exact({ not: inner })
  ])
}
export const Condition = Type.Unsafe<Condition>(conditionOf(deepest))

/** What every node has: its id, a title for people, and where it stands in the picture. */
const node = <K extends string, P extends Record<string, TSchema>>(kind: K, properties: P) =>
  Exact({
    id: NodeId,
    kind: Type.Literal(kind),
    title: Type.Optional(Type.String({ maxLength: 100 })),
    position: Type.Optional(Exact({ x: Type.Number(), y: Type.Number() })),
    ...properties
  })

/** How something is asked, and what is heard when the answer is missing or cannot be meant. */
const asking = {
  prompts: Prompts,
  /** May also be said, where the account has speech recognition. */
  speech: Type.Boolean(),
  /** Silence after which nothing is taken to be said. */
  seconds: Seconds(1, 60),
  tries: Tries,
  /** Empty: the usual words of the flow's language. */
  notUnderstood: Prompts,
  silent: Prompts,
  /** After the last try. */
  otherwise: Exit
}

const timeoutMs = Type.Integer({ minimum: 100, maximum: 20_000 })

export const flowNodes = {
  say: node('say', { text: Text(2000), language: Type.Optional(Language), next: Exit }),
  play: node('play', { url: Type.String({ pattern: '^(https?://|/)', maxLength: 1000 }), next: Exit }),
  menu: node('menu', {
    ...asking,
    choices: Type.Array(
      Exact({
        key: Type.String({ pattern: '^[0-9*#]$' }),
        words: Type.Array(Text(60), { maxItems: 20 }),
        next: Exit
      }),
      { minItems: 1, maxItems: 12 }
    )
  }),
  collect: node('collect', {
    ...asking,
    digits: Exact({
      min: Type.Integer({ minimum: 1, maximum: 40 }),
      max: Type.Integer({ minimum: 1, maximum: 40 }),
      until: Type.Optional(OneOf(['#', '*']))
    }),
    into: VariableName,
    next: Exit
  }),
  condition: node('condition', {
    cases: Type.Array(Exact({ when: Condition, next: Exit }), { minItems: 1, maxItems: 20 }),
    otherwise: Exit
  }),
  set: node('set', {
    /** A text value may hold variables. */
    values: Type.Array(Exact({ variable: VariableName, value: Value }), { minItems: 1, maxItems: 20 }),
    next: Exit
  }),
  lookup: node('lookup', {
    sourceId: Id,
    /** One SELECT. Values come in as `:name` and in no other way. */
    query: Text(10_000),
    parameters: Type.Array(Exact({ name: VariableName, value: Type.String({ maxLength: 500 }) }), {
      maxItems: 20
    }),
    /** Columns of the first row, and how many rows there were. */
    takes: Type.Array(Exact({ column: Text(128), into: VariableName }), { maxItems: 20 }),
    countInto: Nullable(VariableName),
    next: Exit,
    /** No row. */
    none: Exit,
    /** It cannot be asked, or does not answer in time. */
    failed: Exit
  }),
  request: node('request', {
    method: OneOf(['GET', 'POST']),
    /** Its host is one of the flow's; variables may stand in path and query. */
    url: Text(2000),
    headers: Type.Array(
      Exact({
        name: Type.String({ pattern: '^[A-Za-z0-9-]{1,60}$' }),
        /** What is sent: a text, or one of the flow's secrets by name. */
        value: Type.Optional(Type.String({ maxLength: 500 })),
        secret: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }))
      }),
      { maxItems: 20 }
    ),
    /** Sent as a JSON object of these. */
    body: Type.Array(Exact({ name: Text(60), value: Type.String({ maxLength: 500 }) }), { maxItems: 30 }),
    /** Paths such as `customer.accounts.0.balance`. */
    takes: Type.Array(Exact({ path: Text(200), into: VariableName }), { maxItems: 20 }),
    timeoutMs,
    next: Exit,
    /** No answer in time, a status that is not 2xx, or none of the paths leads anywhere. */
    failed: Exit
  }),
  queue: node('queue', {
    queueId: Id,
    /** Asked for beside what the queue asks for. */
    requirements: Requirements,
    priority: Type.Integer({ minimum: 0, maximum: 1000 }),
    failed: Exit
  }),
  transfer: node('transfer', { to: Text(200), failed: Exit }),
  voicemail: node('voicemail', {
    queueId: Id,
    prompts: Prompts,
    seconds: Seconds(5, 600),
    next: Exit,
    failed: Exit
  }),
  callback: node('callback', {
    queueId: Id,
    requirements: Requirements,
    priority: Type.Integer({ minimum: 0, maximum: 1000 }),
    /** Number to be called; usually `{{call.from}}`. */
    number: Text(100),
    next: Exit,
    failed: Exit
  }),
  hangUp: node('hangUp', { prompts: Prompts })
}
export type FlowNodeKind = keyof typeof flowNodes
export type NodeOf<K extends FlowNodeKind> = Static<(typeof flowNodes)[K]>
export type FlowNode = { [K in FlowNodeKind]: NodeOf<K> }[FlowNodeKind]
/**
 * A node in a route. Its other fields are those of its kind, which the hub checks one kind at a time: a union of all of
 * them costs each route a second of compilation at every start, and says of a mistake only that nothing fits.
 */
const AnyNode = Type.Unsafe<FlowNode>(
  Type.Object({ id: NodeId, kind: OneOf(Object.keys(flowNodes) as FlowNodeKind[]) })
)

const properties = {
  name: Name,
  description: Type.String({ maxLength: 500 }),
  /** Of texts that name no other, and of the usual words. */
  language: Language,
  /** IANA zone of spoken times. */
  timeZone: Type.String({ minLength: 1, maxLength: 60 }),
  variables: Type.Array(FlowVariable, { maxItems: 100 }),
  nodes: Type.Array(AnyNode, { maxItems: 300 }),
  start: Exit,
  /** Where the caller goes when the flow itself fails: a fault, or a bound that is reached. */
  atFault: Exit,
  /** The longest that a call may stay in it. */
  maxMinutes: Type.Integer({ minimum: 1, maximum: 60 }),
  /** Hosts that its requests may go to. */
  hosts: Type.Array(Type.String({ pattern: '^[a-z0-9.-]+(:[0-9]{1,5})?$', maxLength: 253 }), { maxItems: 20 })
}

/** A flow as it is drawn, checked, tried and published. */
export const FlowContent = Exact(properties)
export type FlowContent = Static<typeof FlowContent>

/** What speaks against publishing it. `path` leads to the field: `nodes/welcome/next`. */
export const FlowProblem = Type.Object({ path: Type.String(), code: Type.String(), message: Type.String() })
export type FlowProblem = Static<typeof FlowProblem>

/** Values for headers, by name; each comes back as '•••'. Sent back so, it stays; left out, it goes. */
const Secrets = Type.Record(
  Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$', maxLength: 40 }),
  Type.String({ minLength: 1, maxLength: 1000 }),
  { maxProperties: 20 }
)

/** As it was kept, which was checked then. */
const kept = { ...properties, nodes: Type.Unsafe<FlowNode[]>(Type.Array(Type.Unknown())) }

export const Flow = Type.Object({
  id: Id,
  version: Version,
  archived: Type.Boolean(),
  ...kept,
  secrets: Type.Record(Type.String(), Type.String()),
  /** The newest published version, which calls go through; null: none yet. */
  published: Nullable(Type.Object({ number: Type.Integer(), at: Time })),
  problems: Type.Array(FlowProblem),
  updatedAt: Time
})
export type Flow = Static<typeof Flow>

/** A published version. It never changes; calls that are in it end in it. */
export const FlowVersion = Type.Object({
  id: Id,
  flowId: Id,
  number: Type.Integer(),
  at: Time,
  byName: Type.String(),
  note: Type.String()
})
export type FlowVersion = Static<typeof FlowVersion>

const largest = 1_048_576
const ByVersion = Exact({ id: Id, versionId: Id })

export const listFlows = defineRoute({
  name: 'flow.list',
  summary: 'Flows of calls as they are drafted, with what speaks against publishing them',
  method: 'GET',
  url: '/api/flows',
  permission: 'flow:read',
  query: Exact({ archived: Type.Optional(Type.Boolean()) }),
  reply: Type.Object({ items: Type.Array(Flow) })
})

export const createFlow = defineRoute({
  name: 'flow.create',
  summary: 'Makes a draft of a flow',
  method: 'POST',
  url: '/api/flows',
  permission: 'flow:write',
  bodyLimit: largest,
  body: Exact({ ...properties, secrets: Type.Optional(Secrets) }),
  reply: Flow,
  audited: true
})

export const updateFlow = defineRoute({
  name: 'flow.update',
  summary: 'Changes the draft; what is published stays as it is',
  method: 'PATCH',
  url: '/api/flows/:id',
  permission: 'flow:write',
  params: ById,
  bodyLimit: largest,
  body: Exact({
    version: Version,
    change: Type.Partial(Exact({ ...properties, secrets: Secrets }), { additionalProperties: false })
  }),
  reply: Flow,
  audited: true
})

export const archiveFlow = defineRoute({
  name: 'flow.archive',
  summary: 'Takes a flow out of use; calls that are in it go on',
  method: 'DELETE',
  url: '/api/flows/:id',
  permission: 'flow:write',
  params: ById,
  reply: Flow,
  audited: true
})

export const restoreFlow = defineRoute({
  name: 'flow.restore',
  summary: 'Brings an archived flow back',
  method: 'POST',
  url: '/api/flows/:id/restore',
  permission: 'flow:write',
  params: ById,
  reply: Flow,
  audited: true
})

export const checkFlow = defineRoute({
  name: 'flow.check',
  summary: 'What speaks against publishing a flow that was not saved yet',
  method: 'POST',
  url: '/api/flows/check',
  permission: 'flow:read',
  bodyLimit: largest,
  body: FlowContent,
  reply: Type.Object({ problems: Type.Array(FlowProblem) })
})

export const publishFlow = defineRoute({
  name: 'flow.publish',
  summary: 'Makes the draft what new calls go through; refused with everything that speaks against it',
  method: 'POST',
  url: '/api/flows/:id/publish',
  permission: 'flow:write',
  params: ById,
  body: Exact({ version: Version, note: Type.String({ maxLength: 500 }) }),
  reply: Flow,
  audited: true
})

export const listFlowVersions = defineRoute({
  name: 'flow.versions',
  summary: 'Published versions, newest first',
  method: 'GET',
  url: '/api/flows/:id/versions',
  permission: 'flow:read',
  params: ById,
  query: Exact({
    after: Type.Optional(Type.String({ pattern: '^[0-9]{1,7}$' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }))
  }),
  reply: Page(FlowVersion)
})

export const readFlowVersion = defineRoute({
  name: 'flow.version',
  summary: 'A published version with all that is in it',
  method: 'GET',
  url: '/api/flows/:id/versions/:versionId',
  permission: 'flow:read',
  params: ByVersion,
  reply: Type.Object({ ...FlowVersion.properties, content: Type.Object(kept) })
})

export const restoreFlowVersion = defineRoute({
  name: 'flow.restoreVersion',
  summary: 'Makes a published version the draft again, to be published or changed',
  method: 'POST',
  url: '/api/flows/:id/versions/:versionId/restore',
  permission: 'flow:write',
  params: ByVersion,
  body: Exact({ version: Version }),
  reply: Flow,
  audited: true
})

/** What somebody who tries a flow does, in order. */
export const TriedAnswer = Type.Union([
  Exact({ press: Type.String({ pattern: '^[0-9*#]{1,40}$' }) }),
  Exact({ say: Text(500) }),
  Exact({ silence: Type.Literal(true) }),
  /** What became of a transfer, a voicemail, a callback or a place in a queue. */
  Exact({ fail: Type.Literal(true) })
])
export type TriedAnswer = Static<typeof TriedAnswer>

/** What look-ups and requests answer instead of going out, by node; `null` fails. */
export const FlowStub = Type.Record(
  Type.String({ maxLength: 40 }),
  Type.Union([
    Type.Null(),
    Type.Array(Type.Record(Type.String({ maxLength: 128 }), Value), { maxItems: 100 }),
    Type.Record(Type.String({ maxLength: 128 }), Type.Unknown())
  ])
)
export type FlowStub = Static<typeof FlowStub>

/** One thing that happened in a walk: a node was entered, something was heard, said, found out, or went wrong. */
export const WalkLine = Type.Object({
  kind: OneOf(['node', 'hears', 'caller', 'asks', 'answer', 'incident', 'end']),
  nodeId: Type.String(),
  text: Type.String()
})
export type WalkLine = Static<typeof WalkLine>

export const ShownValue = Type.Object({ name: Type.String(), label: Type.String(), value: Type.String() })
export type ShownValue = Static<typeof ShownValue>

export const FlowWalk = Type.Object({
  lines: Type.Array(WalkLine),
  /** How it ended: 'queue', 'hangUp' …, or 'listening' when the answers ran out. */
  ended: Type.String(),
  values: Type.Array(ShownValue),
  incidents: Type.Integer()
})
export type FlowWalk = Static<typeof FlowWalk>

export const tryFlow = defineRoute({
  name: 'flow.try',
  summary: 'Walks through the draft as a caller would; look-ups are real unless `stub` answers them',
  method: 'POST',
  url: '/api/flows/:id/try',
  permission: 'flow:write',
  perMinute: 60,
  params: ById,
  body: Exact({
    from: Type.String({ maxLength: 100 }),
    to: Type.String({ maxLength: 100 }),
    name: Type.Optional(Type.String({ maxLength: 200 })),
    answers: Type.Array(TriedAnswer, { maxItems: 100 }),
    at: Type.Optional(Time),
    stub: Type.Optional(FlowStub)
  }),
  reply: FlowWalk
})
