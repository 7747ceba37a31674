import type { BoardQuarter } from '@palabre/config/contract/board'
import type { AgentQuarter, DayPart } from '@palabre/config/contract/figures'
import type { FloorAnswer, FloorMessage } from '@palabre/config/contract/floor-message'
import { resources, type ResourceName } from '@palabre/config/contract/setting'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { ago, newId, type World } from './world.ts'

/** What these answers remember of the floor. */
export interface FloorWorld {
  messages: FloorMessage[]
  answers: FloorAnswer[]
  quarters: BoardQuarter[]
  own: AgentQuarter[]
  days: Map<string, DayPart[]>
}

export const floorWorld = (): FloorWorld => ({
  messages: [],
  answers: [],
  quarters: [],
  own: [],
  days: new Map()
})

/** Nobody writes anything: for screens that are about something else. */
export const quietFloor: Answers = {
  'floorMessage.list': () => ({ seq: '1', items: [] }),
  'figures.read': () => ({ seq: '1', quarters: [] })
}

/** A message as the person who is signed in sees it. */
export const floorMessageOf = (world: World, change: Partial<FloorMessage> = {}): FloorMessage => {
  const author = world.users.find(({ roles }) => roles.includes('supervisor'))!
  return {
    id: newId(),
    version: 1,
    kind: 'message',
    seenAs: 'self',
    importance: 'normal',
    author: { userId: author.id, agentId: author.agentId, name: author.name },
    audience: { kind: 'teams', ids: [], count: 1 },
    text: 'The lines are busy: shorter breaks until noon, please.',
    at: ago(240),
    lastAt: ago(240),
    unread: true,
    addressed: 1,
    seen: 0,
    acknowledged: 0,
    awaitsYou: false,
    sides: [],
    help: null,
    ...change
  }
}

/** Help that an agent asks her supervisor for. */
export const helpOf = (world: World, agentId: string, change: Partial<FloorMessage> = {}): FloorMessage => {
  const agent = world.agents.find(({ id }) => id === agentId)!
  return floorMessageOf(world, {
    kind: 'help',
    seenAs: 'lead',
    author: { userId: agent.userId, agentId, name: agent.name },
    audience: null,
    text: 'The customer does not accept the refusal.',
    seen: 1,
    help: { agentId, interactionId: null, channel: null, takenBy: null, endedAt: null, end: null },
    ...change
  })
}

/** Words of the floor and figures of agents, in memory. */
export function floorAnswers(floor: FloorWorld): Answers {
  const find = (id: string | undefined): FloorMessage => {
    const message = floor.messages.find((one) => one.id === id)
    if (!message) throw new Refuse('not-found')
    return message
  }
  const put = ({ push }: Asked, message: FloorMessage, change: Partial<FloorMessage>) => {
    Object.assign(message, change, { version: message.version + 1 })
    push('floorMessage.changed', { message: { ...message } })
    return { ...message }
  }
  const me = ({ world }: Asked) => world.me!.user
  const agentNamed = ({ world, params }: Asked) => {
    const agent = world.agents.find(({ id }) => id === params['id'])
    if (!agent) throw new Refuse('not-found')
    return agent
  }
  const lists = Object.fromEntries(
    (Object.keys(resources) as ResourceName[]).map((name) => [
      `${name}.list`,
      ({ world }: Asked) => ({ items: world.settings[name] })
    ])
  )
  return {
    ...lists,
    'floorMessage.list': ({ query }) => ({
      seq: '1',
      items: floor.messages
        .filter(({ help }) => query['open'] !== 'true' || help?.endedAt === null)
        .toSorted((a, b) => b.lastAt.localeCompare(a.lastAt))
    }),
    'floorMessage.write': (asked) => {
      const { body, world } = asked
      const { id: userId, agentId, name } = me(asked)
      const addressed =
        body.audience.kind === 'agents'
          ? (body.audience.ids as string[])
          : world.agents.map(({ id }) => id).filter((id) => id !== agentId)
      const message = floorMessageOf(world, {
        seenAs: 'lead',
        author: { userId, agentId, name },
        audience: { kind: body.audience.kind, ids: body.audience.ids ?? [], count: addressed.length },
        importance: body.importance,
        text: body.text,
        at: ago(0),
        lastAt: ago(0),
        unread: false,
        addressed: addressed.length
      })
      floor.messages.push(message)
      return message
    },
    'floorMessage.answers': ({ params, query }) => ({
      items: floor.answers
        .filter(
          ({ messageId, agentId }) =>
            messageId === params['id'] && (query['agentId'] === undefined || agentId === query['agentId'])
        )
        .toReversed()
    }),
    'floorMessage.answer': (asked) => {
      const { body, params, push } = asked
      const message = find(params['id'])
      const { id: userId, agentId: own, name } = me(asked)
      const byAgent = message.seenAs === 'self'
      const answer: FloorAnswer = {
        id: newId(),
        messageId: message.id,
        agentId: body.agentId ?? message.help?.agentId ?? own!,
        author: { userId, agentId: own, name },
        byAgent,
        text: body.text,
        at: ago(0)
      }
      floor.answers.push(answer)
      push('floorMessage.answered', { answer })
      const others = message.sides.filter(({ agentId }) => agentId !== answer.agentId)
      const side = {
        agentId: answer.agentId,
        answers: 1,
        last: { name, text: answer.text, byAgent, at: answer.at }
      }
      put(asked, message, { sides: [side, ...others], lastAt: answer.at })
      return answer
    },
    'floorMessage.read': (asked) =>
      put(asked, find(asked.params['id']), {
        unread: false,
        ...(asked.body.acknowledged && { awaitsYou: false, acknowledged: 1 })
      }),
    'floorMessage.readers': ({ world, params }) => {
      const { seen, audience } = find(params['id'])
      const ids =
        audience?.ids.length && audience.kind === 'agents' ? audience.ids : world.agents.map(({ id }) => id)
      return {
        items: ids.map((agentId, n) => ({
          agentId,
          readAt: n < seen ? ago(60) : null,
          acknowledgedAt: null,
          answers: 0
        }))
      }
    },
    'help.request': (asked) => {
      const { body, world } = asked
      if (
        floor.messages.some(({ help }) => help?.endedAt === null && help.interactionId === body.interactionId)
      )
        throw new Refuse('already-exists')
      const message = helpOf(world, me(asked).agentId!, {
        seenAs: 'self',
        unread: false,
        text: body.text,
        at: ago(0),
        lastAt: ago(0)
      })
      message.help!.interactionId = body.interactionId
      floor.messages.push(message)
      return message
    },
    'help.take': (asked) => {
      const message = find(asked.params['id'])
      const { id: userId, name } = me(asked)
      return put(asked, message, {
        unread: false,
        help: { ...message.help!, takenBy: { userId, name, at: ago(0) } }
      })
    },
    'help.end': (asked) => {
      const message = find(asked.params['id'])
      const end = message.help?.takenBy ? ('resolved' as const) : ('withdrawn' as const)
      return put(asked, message, { help: { ...message.help!, endedAt: ago(0), end } })
    },
    'figures.read': () => ({ seq: '1', quarters: floor.own }),
    'board.read': () => ({ seq: '1', cells: [], quarters: floor.quarters }),
    'agent.day': ({ params }) => ({ parts: floor.days.get(params['id'] ?? '') ?? [] }),
    'presence.force': (asked) => {
      const agent = agentNamed(asked)
      const { state, pauseReasonId = null } = asked.body
      Object.assign(agent, {
        version: agent.version + 1,
        presence: { state, pauseReasonId, since: ago(0), cause: 'forced' }
      })
      asked.push('agent.changed', { agent: { ...agent } })
      return { ...agent }
    },
    'agent.signOut': (asked) => {
      const agent = agentNamed(asked)
      Object.assign(agent, {
        version: agent.version + 1,
        presence: { state: 'offline', pauseReasonId: null, since: ago(0), cause: 'signed-out' },
        holds: []
      })
      asked.push('agent.changed', { agent: { ...agent } })
      return { ...agent }
    },
    'agent.update': (asked) => {
      const agent = agentNamed(asked)
      Object.assign(agent, asked.body.change, { version: agent.version + 1 })
      asked.push('agent.changed', { agent: { ...agent } })
      return { ...agent }
    },
    'agent.lend': (asked) => {
      const { world, params, body, push } = asked
      const agents = world.agents.filter(({ id }) => (body.agentIds as string[]).includes(id))
      for (const agent of agents) {
        agent.loans = [
          ...agent.loans,
          {
            queueId: params['id'] ?? '',
            until: ago(-60 * body.minutes),
            by: { id: me(asked).id, name: me(asked).name }
          }
        ]
        agent.version++
        push('agent.changed', { agent: { ...agent } })
      }
      return { items: agents.map((agent) => ({ ...agent })) }
    },
    'agent.recall': (asked) => {
      const agent = agentNamed(asked)
      agent.loans = agent.loans.filter(({ queueId }) => queueId !== asked.params['queueId'])
      agent.version++
      asked.push('agent.changed', { agent: { ...agent } })
      return { ...agent }
    }
  }
}
