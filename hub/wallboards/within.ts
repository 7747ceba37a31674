import type { Tile } from '@palabre/config/contract/wallboard'
import type { Floor } from '@palabre/config/figures/figures'
import { isAgentWithin, type Scope } from '../sessions/who.ts'
import { isFilterWithin } from '../thresholds/within.ts'

/** Is all that a tile counts within the scope? A text and the time belong to everybody. */
export const isTileWithin = (scope: Scope, tile: Tile): boolean =>
  !('filter' in tile) || isFilterWithin(scope, tile.filter)

/** What of the floor is in the scope: the same as its holder's own board is made of. */
export function floorWithin(scope: Scope, floor: Floor): Floor {
  if (scope.all) return floor
  const agents = floor.agents.filter((agent) => isAgentWithin(scope, agent))
  const agentIds = new Set(agents.map(({ id }) => id))
  const isSeen = (queueId: string | null) => queueId !== null && scope.queueIds.has(queueId)
  return {
    ...floor,
    agents,
    cells: floor.cells.filter(({ queueId }) => isSeen(queueId)),
    quarters: floor.quarters.filter(({ queueId, agentId }) =>
      agentId === null ? isSeen(queueId) : agentIds.has(agentId)
    )
  }
}
