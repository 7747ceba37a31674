import type { Input, Reply } from '@palabre/config/contract/define'
import type { BoardItem, listBoardItems } from '@palabre/config/contract/board'
import type { Medium } from '@palabre/config/contract/routing'
import { definitions } from '@palabre/config/figures/definitions'
import type { Filter, Floor } from '@palabre/config/figures/floor'
import { Types } from 'mongoose'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { Interaction, presentInteraction, type InteractionDoc } from '../interactions/interaction.model.ts'
import { refuse } from '../refuse.ts'
import { isAgentWithin, isWithin, scopeOf, type Scope, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { beginningOf } from './beginning.ts'
import type { Board } from './board.ts'
import { dueItems, workItems } from './items-of-work.ts'
import { eventItems } from './items-of-events.ts'

type Query = Input<typeof listBoardItems>['query']

/** What a list of items is made from. */
export interface Asked {
  floor: Pick<Floor, 'teams' | 'queues' | 'agents'>
  filter: Filter
  scope: Scope
  now: number
  after: string | undefined
  limit: number
}
export interface ItemPage {
  total: number
  items: (Omit<BoardItem, 'interaction'> & { interactionId: Types.ObjectId })[]
  next?: string
}

const usualPage = 50
const partsOf = (text: string | undefined) => text?.split(',')

const filterOf = (query: Query): Filter => ({
  from: beginningOf(query.from).getTime(),
  queueIds: partsOf(query.queueIds),
  accountIds: partsOf(query.accountIds),
  channels: partsOf(query.channels),
  media: partsOf(query.media) as Medium[] | undefined,
  teamIds: partsOf(query.teamIds),
  siteIds: partsOf(query.siteIds)
})

/**
 * A page of what stands behind a figure, as the person who asks may see it. Refuses `invalid-input` for figures of agents:
 * behind these stand agents.
 */
export async function itemsOf(
  hub: Hub,
  who: Who,
  board: Board,
  query: Query
): Promise<Reply<typeof listBoardItems>> {
  const [scope, catalog, { agents }] = await Promise.all([scopeOf(hub, who), catalogOf(hub), floorOf(hub)])
  const asked: Asked = {
    floor: {
      teams: catalog.teams().filter(({ archived }) => !archived),
      queues: catalog.queues(),
      agents: [...agents.values()].filter((agent) => !agent.archived && isAgentWithin(scope, agent))
    },
    filter: filterOf(query),
    scope,
    now: Date.now(),
    after: query.after,
    limit: query.limit ?? usualPage
  }
  const { total, items, next } = await pageOf(board, query, asked)
  const interactions = await interactionsOf(items.map(({ interactionId }) => interactionId))
  return {
    total,
    items: items.map(({ interactionId, ...item }) => {
      const doc = interactions.get(interactionId.toHexString())
      return { ...item, interaction: doc && isWithin(scope, doc) ? presentInteraction(doc) : null }
    }),
    ...(next && { next })
  }
}

async function pageOf(board: Board, { figure }: Query, asked: Asked): Promise<ItemPage> {
  const { items: list, belongsTo } = definitions[figure]
  switch (list.of) {
    case 'work':
      return workItems(list.states, asked)
    case 'due':
      return dueItems(await board.cells(), list.risk, asked)
    case 'events':
      return eventItems(list, belongsTo, asked)
    case 'agents':
      return refuse('invalid-input', undefined, [{ path: 'figure', message: 'is one of agents' }])
  }
}

async function interactionsOf(ids: Types.ObjectId[]): Promise<Map<string, InteractionDoc>> {
  const docs = (await Interaction.find(
    { _id: { $in: ids } },
    { log: 0, form: 0 }
  ).lean()) as unknown as InteractionDoc[]
  return new Map(docs.map((doc) => [doc._id.toHexString(), doc]))
}

/** Interactions by id, without those out of scope. */
export async function workOf(hub: Hub, who: Who, ids: string[]) {
  const [scope, docs] = await Promise.all([
    scopeOf(hub, who),
    interactionsOf(ids.map((id) => new Types.ObjectId(id)))
  ])
  return [...docs.values()].filter((doc) => isWithin(scope, doc)).map(presentInteraction)
}
