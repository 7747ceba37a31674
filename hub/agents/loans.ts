import type { Catalog } from '../settings/catalog.ts'

interface Lent {
  teamId: string | null
  loans: readonly { queueId: string; until: string }[]
}

/** The queues whose work an agent is offered: those of the team, and those that they are lent to at this moment. */
export function queuesOf(catalog: Catalog, agent: Lent, now = Date.now()): Set<string> {
  const team = agent.teamId === null ? undefined : catalog.team(agent.teamId)
  const lent = agent.loans.filter(({ until }) => Date.parse(until) > now)
  return new Set([...(team && !team.archived ? team.queueIds : []), ...lent.map(({ queueId }) => queueId)])
}
