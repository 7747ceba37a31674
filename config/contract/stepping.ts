import { Type, type Static } from 'typebox'
import { ById, Done, Exact, Id, Nullable, OneOf, Time, Version, defineRoute } from './define.ts'
import { Interaction } from './interaction.ts'
import { Message } from './message.ts'

/** Of what is being written, so much is shown to whoever looks on. */
export const longestWriting = 20_000

/** What an agent is writing at this moment, for supervisors who look on; never stored. An empty text: nothing any more. */
export const Writing = Type.Object({
  interactionId: Id,
  agentId: Id,
  name: Type.String(),
  mode: OneOf(['reply', 'note']),
  text: Type.String(),
  subject: Nullable(Type.String()),
  /** Set where it was not written now: the draft that the hub kept, and when. */
  keptAt: Nullable(Time)
})
export type Writing = Static<typeof Writing>

/** To the agent who holds it: somebody looks on, or nobody any more. */
export const Watched = Type.Object({
  interactionId: Id,
  on: Type.Boolean(),
  /** The house lets agents see it. */
  shown: Type.Boolean()
})
export type Watched = Static<typeof Watched>

/** A supervisor took work from an agent, or sent it on. Kept for the agent until she has put it away. */
export const StepIn = Type.Object({
  id: Id,
  interactionId: Id,
  contactName: Type.String(),
  kind: OneOf(['taken-over', 'sent-on']),
  byName: Type.String(),
  reason: Type.String(),
  /** What she was writing: `handed` to the supervisor as well, or only `kept` for herself. */
  draft: Nullable(Type.Object({ text: Type.String(), fate: OneOf(['handed', 'kept']) })),
  at: Time
})
export type StepIn = Static<typeof StepIn>

export const takeOverInteraction = defineRoute({
  name: 'interaction.takeOver',
  summary:
    'Takes what an agent holds or is offered, with what they were writing; they are told who did it and why. A call is taken over on the telephone',
  method: 'POST',
  url: '/api/interactions/:id/take-over',
  permission: 'interaction:step-in',
  params: ById,
  body: Exact({
    /** Whom it is taken from; refused with changed-meanwhile when it is somebody else's by now. */
    fromAgentId: Id,
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' })
  }),
  reply: Interaction,
  audited: true
})

export const whisper = defineRoute({
  name: 'message.whisper',
  summary: 'Writes a note that only the agent who holds the interaction, and supervisors, ever see',
  method: 'POST',
  url: '/api/interactions/:id/whispers',
  permission: 'interaction:step-in',
  params: ById,
  body: Exact({
    clientId: Type.String({ pattern: '^[\\w-]{8,64}$' }),
    /** Whom it is for; refused with changed-meanwhile when somebody else holds the interaction by now. */
    agentId: Id,
    text: Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' })
  }),
  reply: Message
})

export const listWatched = defineRoute({
  name: 'watch.list',
  summary: 'Which of your interactions a supervisor looks at now',
  method: 'GET',
  url: '/api/me/watched',
  permission: 'interaction:handle',
  reply: Type.Object({ items: Type.Array(Watched) })
})

export const listStepIns = defineRoute({
  name: 'stepIn.list',
  summary: 'What supervisors took from you or sent on, as long as you have not put it away; newest first',
  method: 'GET',
  url: '/api/me/step-ins',
  permission: 'interaction:handle',
  reply: Type.Object({ items: Type.Array(StepIn) })
})

export const dismissStepIn = defineRoute({
  name: 'stepIn.dismiss',
  summary: 'Puts one away, with the draft that was kept for you',
  method: 'DELETE',
  url: '/api/me/step-ins/:id',
  permission: 'interaction:handle',
  params: ById,
  reply: Done
})

/** What the house has decided about looking on. */
export const WatchRule = Type.Object({
  version: Version,
  /** Agents see when a supervisor looks at what they write. */
  shownToAgents: Type.Boolean()
})
export type WatchRule = Static<typeof WatchRule>

export const readWatchRule = defineRoute({
  name: 'watchRule.read',
  summary: 'Whether agents see that a supervisor looks on',
  method: 'GET',
  url: '/api/watch-rule',
  permission: 'setting:read',
  reply: WatchRule
})

export const writeWatchRule = defineRoute({
  name: 'watchRule.write',
  summary: 'Decides whether agents see that a supervisor looks on',
  method: 'PUT',
  url: '/api/watch-rule',
  permission: 'setting:write',
  body: Exact({ version: Version, shownToAgents: Type.Boolean() }),
  reply: WatchRule,
  audited: true
})
