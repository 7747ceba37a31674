import type { BoardCell, BoardItem, BoardQuarter } from '@palabre/config/contract/board'
import type { Interaction } from '@palabre/config/contract/interaction'
import { definitions } from '@palabre/config/figures/definitions'
import type { FigureName } from '@palabre/config/figures/figures'
import { quarterMs, quarterOf } from '@palabre/config/figures/quarters'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { ago, newId, type World } from './world.ts'

/** What these answers remember of the day; open work is counted from the world's interactions. */
export interface BoardWorld {
  quarters: BoardQuarter[]
  /** How often the board was read. */
  reads: number
}
export const boardWorld = (): BoardWorld => ({ quarters: [], reads: 0 })

const waits = ({ state }: Interaction) => state === 'queued' || state === 'offered'

/** The cells of a world, as the hub would count them. */
export function cellsOf(world: World): BoardCell[] {
  const groups = new Map<string, Interaction[]>()
  for (const work of world.interactions.filter(({ state }) => state !== 'closed')) {
    const key = [work.queueId, work.accountId, work.medium].join(' ')
    groups.set(key, [...(groups.get(key) ?? []), work])
  }
  return [...groups.values()].map((works) => {
    const [{ queueId, accountId, channel, medium }] = works as [Interaction]
    const count = (state: Interaction['state']) => works.filter((work) => work.state === state).length
    const waiting = works.filter(waits)
    return {
      queueId,
      accountId,
      channel,
      medium,
      waiting: waiting.length,
      offered: count('offered'),
      active: count('active'),
      wrapUp: count('wrapup'),
      oldestQueuedAt: waiting.map(({ queuedAt }) => queuedAt).sort()[0] ?? null,
      due: waiting
        .flatMap(({ id, queuedAt, dueAt }) => (dueAt ? [{ interactionId: id, queuedAt, dueAt }] : []))
        .sort((a, b) => a.dueAt.localeCompare(b.dueAt)),
      wrapUpIds: works.filter(({ state }) => state === 'wrapup').map(({ id }) => id)
    }
  })
}

/** Cells as they are after a change, one that is empty now among them. */
export const changedCells = (world: World, before: readonly BoardCell[]): BoardCell[] => {
  const now = cellsOf(world)
  const isSame = (a: BoardCell, b: BoardCell) =>
    a.queueId === b.queueId && a.accountId === b.accountId && a.medium === b.medium
  const gone = before
    .filter((cell) => !now.some((one) => isSame(one, cell)))
    .map((cell) => ({ ...cell, waiting: 0, offered: 0, active: 0, wrapUp: 0, oldestQueuedAt: null, due: [] }))
  return [...now, ...gone]
}

/** A quarter of an hour of some work, so many quarters ago. */
export const quarterOfWork = (
  work: Pick<BoardQuarter, 'queueId' | 'accountId' | 'channel' | 'medium'>,
  back: number,
  sums: Record<string, number>
): BoardQuarter => ({
  ...work,
  id: newId(),
  slot: new Date(quarterOf(Date.now()) - back * quarterMs).toISOString(),
  kind: 'queue',
  agentId: null,
  sums,
  version: 1
})

const itemOf = (interaction: Interaction, change: Partial<BoardItem> = {}): BoardItem => ({
  id: interaction.id,
  event: null,
  at: interaction.queuedAt,
  agentId: interaction.agentId,
  waitedMs: Date.now() - Date.parse(interaction.queuedAt),
  handledMs: null,
  inTarget: null,
  interaction,
  ...change
})

function itemsOf({ world, query }: Asked): BoardItem[] {
  const { items } = definitions[query['figure'] as FigureName]
  if (items.of === 'agents') throw new Refuse('invalid-input')
  const isAsked = ({ queueId }: Interaction) =>
    !query['queueIds'] || query['queueIds'].split(',').includes(queueId)
  const works = world.interactions.filter(isAsked)
  if (items.of === 'work')
    return works.filter(({ state }) => items.states.some((one) => one === state)).map((one) => itemOf(one))
  if (items.of === 'due') return works.filter(waits).map((one) => itemOf(one))
  return works
    .filter(({ state }) => state === 'closed' || state === 'active')
    .map((one) => itemOf(one, { event: items.names[0]!, handledMs: 245_000, inTarget: true, at: ago(600) }))
}

/** The board, answered from the world. */
export const boardAnswers = (far: BoardWorld): Answers => ({
  'board.read': ({ world }) => {
    far.reads += 1
    return { seq: '1', cells: cellsOf(world), quarters: far.quarters }
  },
  // Screens that keep records ask for the archived ones too, and get all.
  'team.list': ({ world }) => ({ items: world.settings.team }),
  'site.list': ({ world }) => ({ items: world.settings.site }),
  'account.list': ({ world }) => ({ items: world.accounts }),
  'board.work': ({ world, query }) => ({
    items: world.interactions.filter(({ id }) => query['ids']?.split(',').includes(id))
  }),
  'board.items': (asked) => {
    const items = itemsOf(asked)
    return { total: items.length, items: items.slice(0, 50) }
  },
  'agent.lend': (asked) => {
    const { world, body, params, push } = asked
    const until = ago(-60 * Number(body.minutes))
    const lent = world.agents.filter(({ id }) => body.agentIds.includes(id))
    for (const agent of lent) {
      const by = { id: world.me?.user.id ?? '', name: world.me?.user.name ?? '' }
      agent.loans = [...agent.loans, { queueId: params['id'] ?? '', until, by }]
      agent.version += 1
      push('agent.changed', { agent })
    }
    return { items: lent }
  },
  'agent.recall': ({ world, params, push }) => {
    const agent = world.agents.find(({ id }) => id === params['id'])
    if (!agent) throw new Refuse('not-found')
    agent.loans = agent.loans.filter(({ queueId }) => queueId !== params['queueId'])
    agent.version += 1
    push('agent.changed', { agent })
    return agent
  }
})
