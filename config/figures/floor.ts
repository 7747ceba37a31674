import type { Agent } from '../contract/agent.ts'
import type { BoardCell, BoardQuarter } from '../contract/board.ts'
import type { Medium } from '../contract/routing.ts'
import type { Queue, Team } from '../contract/setting.ts'

/** What figures are made of: open work, quarters of an hour, agents, and who works what. */
export interface Floor {
  cells: readonly BoardCell[]
  quarters: readonly BoardQuarter[]
  agents: readonly Agent[]
  teams: readonly Pick<Team, 'id' | 'queueIds' | 'siteId'>[]
  queues: readonly { id: string; targets: readonly Queue['targets'][number][] }[]
}

/** Which part of the floor; what is left out stands for all. */
export interface Filter {
  queueIds?: readonly string[] | undefined
  accountIds?: readonly string[] | undefined
  channels?: readonly string[] | undefined
  media?: readonly Medium[] | undefined
  /** `none` stands for agents without a team, and teams without a site. */
  teamIds?: readonly string[] | undefined
  siteIds?: readonly string[] | undefined
  /** The moment at which "today" began, in ms. */
  from: number
}

/** The group of what has no team or no site. */
export const noGroup = 'none'

type WorkKey = Pick<BoardQuarter, 'queueId' | 'accountId' | 'channel' | 'medium'>

const isIn = (wanted: readonly string[] | undefined, value: string | null): boolean =>
  wanted === undefined || (value !== null && wanted.includes(value))

export const namesAgents = ({ teamIds, siteIds }: Filter): boolean =>
  teamIds !== undefined || siteIds !== undefined
export const namesWork = ({ queueIds, accountIds, channels, media }: Filter): boolean =>
  [queueIds, accountIds, channels, media].some((wanted) => wanted !== undefined)

/** The teams that a filter means, by id. */
function teamsOf({ teams }: Pick<Floor, 'teams'>, { teamIds, siteIds }: Filter) {
  return teams.filter(({ id, siteId }) => isIn(teamIds, id) && isIn(siteIds, siteId ?? noGroup))
}

/** The queues that a filter means; null: all. */
export function queuesMeant(floor: Pick<Floor, 'teams'>, filter: Filter): ReadonlySet<string> | null {
  const theirs = namesAgents(filter) ? teamsOf(floor, filter).flatMap(({ queueIds }) => queueIds) : null
  if (!filter.queueIds) return theirs && new Set(theirs)
  return new Set(theirs ? filter.queueIds.filter((id) => theirs.includes(id)) : filter.queueIds)
}

/** Which work is meant. That of a team or a site is all of the queues it works: shared with whoever works them too. */
export function workWithin(floor: Floor, filter: Filter): (work: WorkKey) => boolean {
  const queueIds = queuesMeant(floor, filter)
  return ({ queueId, accountId, channel, medium }) =>
    isIn(filter.accountIds, accountId) &&
    isIn(filter.channels, channel) &&
    isIn(filter.media, medium) &&
    (queueIds === null || (queueId !== null && queueIds.has(queueId)))
}

/**
 * Which agents are meant, by id; null where the filter says nothing of agents: an account, a channel and a medium have
 * none of their own. Those of a queue are whoever works it, lent or not.
 */
export function agentsWithin(
  floor: Floor,
  filter: Filter,
  now: number
): ((agentId: string) => boolean) | null {
  if (filter.accountIds ?? filter.channels ?? filter.media) return null
  if (!filter.queueIds && !namesAgents(filter)) return () => true
  const teams = new Map(floor.teams.map((team) => [team.id, team]))
  const byId = new Map(floor.agents.map((agent) => [agent.id, agent]))
  return (agentId) => {
    const agent = byId.get(agentId)
    const team = teams.get(agent?.teamId ?? noGroup)
    const works = [
      ...(team?.queueIds ?? []),
      ...(agent?.loans ?? []).filter(({ until }) => Date.parse(until) > now).map(({ queueId }) => queueId)
    ]
    return (
      isIn(filter.teamIds, team?.id ?? noGroup) &&
      isIn(filter.siteIds, team?.siteId ?? noGroup) &&
      (filter.queueIds === undefined || works.some((queueId) => isIn(filter.queueIds, queueId)))
    )
  }
}

/** Media of queues that have a target, as `queue medium`: only there is there a service level. */
export const targetsOf = ({ queues }: Pick<Floor, 'queues'>): ReadonlySet<string> =>
  new Set(queues.flatMap(({ id, targets }) => targets.map(({ medium }) => `${id} ${medium}`)))
