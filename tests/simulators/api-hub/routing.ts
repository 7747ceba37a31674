import type { Consult, Interaction } from '@palabre/config/contract/interaction'
import type { Explanation, Reason } from '@palabre/config/contract/routing'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { deskAnswers } from './desk.ts'
import { ago, newId } from './world.ts'

const later = (seconds: number) => ago(-seconds)

const one = ({ world }: Asked, id: string | undefined): Interaction => {
  const found = world.interactions.find((interaction) => interaction.id === id)
  if (!found) throw new Refuse('not-found')
  return found
}
const own = (asked: Asked) => one(asked, asked.params['id'])
const me = ({ world }: Asked) => world.me?.agent ?? null

function change(asked: Asked, interaction: Interaction, part: Partial<Interaction>): Interaction {
  Object.assign(interaction, part, { version: interaction.version + 1 })
  asked.push('interaction.changed', { interaction })
  return interaction
}
function sameVersion(interaction: Interaction, version: number) {
  if (interaction.version !== version) throw new Refuse('changed-meanwhile')
}

const waitsIn = (asked: Asked, queueId: string) =>
  asked.world.interactions
    .filter((item) => item.state === 'queued' && item.queueId === queueId)
    .sort((a, b) => b.priority - a.priority || (a.queuedAt < b.queuedAt ? -1 : 1))

/** Every agent is in the way for another reason, so that each can be looked at. */
function explain(asked: Asked): Explanation {
  const interaction = own(asked)
  const { world } = asked
  const waits = interaction.state === 'queued'
  const obstacles: Reason[] = [
    { code: 'at-capacity', figures: { medium: interaction.medium, places: 3 } },
    { code: 'busy-with', figures: { medium: 'voice' } },
    { code: 'lacks-skill', figures: { skillId: world.settings.skill[2]!.id, needed: 3, has: 1 } },
    { code: 'away', figures: { state: 'paused' } }
  ]
  return {
    interactionId: interaction.id,
    queueId: interaction.queueId,
    position: waits ? waitsIn(asked, interaction.queueId).indexOf(interaction) + 1 : null,
    estimateSeconds: interaction.estimate?.seconds ?? null,
    score: {
      waited: (Date.now() - Date.parse(interaction.queuedAt)) / 60_000,
      priority: interaction.priority,
      urgency: 6
    },
    why: waits
      ? [{ code: 'all-busy', figures: { busy: 2, away: 1 } }]
      : [{ code: `is-${interaction.state}`, figures: {} }],
    agents: { eligible: 3, free: 0, busy: 2, away: 1, lacking: 1 },
    nearest: waits
      ? world.agents.map(({ id, name }, n) => ({
          agentId: id,
          name,
          reason: obstacles[n % obstacles.length]!
        }))
      : [],
    next: waits
      ? [
          { at: null, reason: { code: 'place-free', figures: { agents: 2 } } },
          {
            at: later(75),
            reason: {
              code: 'relaxes',
              figures: { step: 1, lowerLevelsBy: 2, dropped: 1, queues: 0, teams: 0 }
            }
          },
          { at: later(160), reason: { code: 'target-broken', figures: {} } },
          {
            at: later(400),
            reason: {
              code: 'overflows',
              figures: { action: 'queue', queueId: world.settings.queue[1]!.id }
            }
          },
          { at: later(900), reason: { code: 'anyone', figures: {} } }
        ]
      : []
  }
}

function arrangeOne(asked: Asked, id: string) {
  const { action } = asked.body
  const interaction = one(asked, id)
  if (interaction.state === 'closed' || interaction.state === 'wrapup') throw new Refuse('wrong-state')
  const back = { state: 'queued', agentId: null, offer: null, acceptedAt: null } as const
  if (action.kind === 'move') change(asked, interaction, { ...back, queueId: action.queueId })
  else if (action.kind === 'requeue') {
    if (interaction.state === 'queued') throw new Refuse('wrong-state')
    change(asked, interaction, back)
  } else {
    if (interaction.state !== 'queued') throw new Refuse('wrong-state')
    change(asked, interaction, { priority: action.priority })
  }
}

/** Closing and finishing by the wrap-up of the queue, as the hub does it. */
function end(asked: Asked, isFinish: boolean): Interaction {
  const interaction = own(asked)
  const { dispositionId, note = '', wrapUp } = asked.body
  const { mode, seconds } = asked.world.settings.queue.find(({ id }) => id === interaction.queueId)![
    'wrapUp'
  ] as { mode: string; seconds: number }
  const kept = { dispositionId: dispositionId ?? interaction.dispositionId, dispositionNote: note }
  const closed = { ...kept, state: 'closed', closedAt: ago(0) } as const
  if (isFinish) {
    if (!kept.dispositionId && (mode === 'mandatory' || mode === 'timed'))
      throw new Refuse('disposition-required')
    const isEarly = interaction.wrapUp?.until && Date.parse(interaction.wrapUp.until) > Date.now()
    return change(asked, interaction, mode === 'timed-strict' && isEarly ? kept : closed)
  }
  const begins =
    mode === 'timed-strict' || (mode === 'on-request' ? wrapUp === true : mode !== 'none' && !dispositionId)
  if (!begins) return change(asked, interaction, closed)
  const until = mode === 'mandatory' ? null : later(seconds)
  return change(asked, interaction, { ...kept, state: 'wrapup', wrapUp: { since: ago(0), until } })
}

/** What the routing engine adds to a desk: explanations, consults, arranging, wrap-up by its mode. */
export const routingAnswers: Answers = {
  'routing.explain': explain,
  'inbox.read': (asked) => ({
    seq: '1',
    items: [
      ...(deskAnswers['inbox.read']!(asked) as { items: Interaction[] }).items,
      ...asked.world.interactions.filter(
        ({ state, agentId, consults }) =>
          state !== 'closed' &&
          agentId !== me(asked)?.id &&
          consults.some((consult) => consult.agentId === me(asked)?.id)
      )
    ]
  }),
  'interaction.list': ({ world, query }) => {
    const found = world.interactions.filter(
      ({ state, queueId }) =>
        (!query['state'] || state === query['state']) && (!query['queueId'] || queueId === query['queueId'])
    )
    const from = Number(query['after'] ?? 0)
    const to = from + Number(query['limit'] ?? 50)
    return { items: found.slice(from, to), ...(to < found.length && { next: String(to) }) }
  },
  'interaction.arrange': (asked) => {
    const done: string[] = []
    const refused: { id: string; error: string }[] = []
    for (const id of asked.body.ids as string[]) {
      try {
        arrangeOne(asked, id)
        done.push(id)
      } catch (error) {
        if (!(error instanceof Refuse)) throw error
        refused.push({ id, error: error.name })
      }
    }
    return { done, refused }
  },
  'interaction.prioritise': (asked) => {
    const interaction = own(asked)
    sameVersion(interaction, asked.body.version)
    if (interaction.state !== 'queued') throw new Refuse('wrong-state')
    return change(asked, interaction, { priority: asked.body.priority })
  },
  'interaction.assign': (asked) => {
    const interaction = own(asked)
    sameVersion(interaction, asked.body.version)
    return change(asked, interaction, {
      state: 'offered',
      agentId: null,
      offer: {
        id: newId(),
        agentId: asked.body.agentId,
        at: ago(0),
        expiresAt: later(25),
        reasons: [{ code: 'assigned', figures: { by: asked.world.me?.user.name ?? '' } }]
      }
    })
  },
  'interaction.consult': (asked) => {
    const interaction = own(asked)
    const { agentId, question } = asked.body
    const colleague = asked.world.agents.find(({ id }) => id === agentId)
    const asker = me(asked)
    if (!colleague || !asker) throw new Refuse('unknown-reference')
    if (interaction.consults.some((consult) => consult.agentId === agentId))
      throw new Refuse('already-exists')
    const consult: Consult = {
      id: newId(),
      agentId,
      agentName: colleague.name,
      byId: asker.id,
      byName: asker.name,
      question,
      at: ago(0)
    }
    return change(asked, interaction, { consults: [...interaction.consults, consult] })
  },
  'interaction.endConsult': (asked) => {
    const interaction = own(asked)
    return change(asked, interaction, {
      consults: interaction.consults.filter(({ id }) => id !== asked.params['consultId'])
    })
  },
  'interaction.transfer': (asked) => {
    const { to, note = '' } = asked.body
    return change(asked, own(asked), {
      state: 'queued',
      agentId: null,
      transfer: { byId: me(asked)?.id ?? '', note },
      ...(to.queueId && { queueId: to.queueId }),
      ...(to.requirements && { requirements: to.requirements })
    })
  },
  'interaction.close': (asked) => end(asked, false),
  'interaction.finish': (asked) => end(asked, true)
}
