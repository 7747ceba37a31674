import type { FastifyInstance } from 'fastify'
import { readBoard } from '@palabre/config/contract/board'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { refuse } from '../refuse.ts'
import { isAgentWithin, scopeOf } from '../sessions/who.ts'
import { momentOf } from '../wire.ts'
import { quartersSince, type Board } from './board.ts'

/** Boards show a day; somebody's day may have begun long before ours. */
const mostMs = 48 * 3_600_000

export function boardRoutes(app: FastifyInstance, hub: Hub, board: Board) {
  serve(app, hub, readBoard, async ({ input, who }) => {
    const from = momentOf(input.query.from, 'from')
    if (from.getTime() < Date.now() - mostMs)
      return refuse('invalid-input', undefined, [{ path: 'from', message: 'is more than two days ago' }])
    // Read before the figures: what changes in between is told again.
    const seq = hub.stream.head()
    const [cells, quarters, scope, { agents }] = await Promise.all([
      board.cells(),
      quartersSince(from),
      scopeOf(hub, who),
      floorOf(hub)
    ])
    const isSeen = (queueId: string | null) => scope.all || (queueId !== null && scope.queueIds.has(queueId))
    const isHers = (agentId: string) => {
      const agent = agents.get(agentId)
      return scope.all || (agent !== undefined && isAgentWithin(scope, agent))
    }
    return {
      seq,
      cells: cells.all().filter(({ queueId }) => isSeen(queueId)),
      quarters: quarters.filter(({ queueId, agentId }) =>
        agentId === null ? isSeen(queueId) : isHers(agentId)
      )
    }
  })
}
