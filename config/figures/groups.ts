import { noGroup, type Filter, type Floor } from './floor.ts'

export const groupings = ['queue', 'channel', 'account', 'team', 'site'] as const
export type Grouping = (typeof groupings)[number]

export interface FigureGroup {
  /** Of the queue, account, team or site; the name of a channel; `none` where there is no team or no site. */
  id: string
  /** What is added to a filter so that it means this group only. */
  within: Partial<Filter>
}

const within: Record<Grouping, (id: string) => Partial<Filter>> = {
  queue: (id) => ({ queueIds: [id] }),
  channel: (id) => ({ channels: [id] }),
  account: (id) => ({ accountIds: [id] }),
  team: (id) => ({ teamIds: [id] }),
  site: (id) => ({ siteIds: [id] })
}

/** The groups of a floor: what there is of them, whether anything happens there or not, in the order of their ids. */
export function groupsOf(by: Grouping, floor: Floor): FigureGroup[] {
  const ids = new Set(idsOf(by, floor).filter((id) => id !== null))
  return [...ids].sort().map((id) => ({ id, within: within[by](id) }))
}

function idsOf(by: Grouping, floor: Floor): (string | null)[] {
  const work = [...floor.cells, ...floor.quarters.filter(({ kind }) => kind === 'queue')]
  switch (by) {
    case 'queue':
      return [...floor.queues.map(({ id }) => id), ...work.map(({ queueId }) => queueId)]
    case 'channel':
      return work.map(({ channel }) => channel)
    case 'account':
      return work.map(({ accountId }) => accountId)
    case 'team':
      return [...floor.teams.map(({ id }) => id), ...(hasNoTeam(floor) ? [noGroup] : [])]
    case 'site':
      return [...floor.teams.map(({ siteId }) => siteId ?? noGroup), ...(hasNoTeam(floor) ? [noGroup] : [])]
  }
}

/** Somebody there, or somebody whose sums are there, belongs to no team that is known. */
function hasNoTeam({ agents, teams, quarters }: Floor): boolean {
  const known = new Set(teams.map(({ id }) => id))
  const placed = new Set(
    agents.filter(({ teamId }) => teamId !== null && known.has(teamId)).map(({ id }) => id)
  )
  return (
    agents.some(({ id }) => !placed.has(id)) ||
    quarters.some(({ agentId }) => agentId !== null && !placed.has(agentId))
  )
}
