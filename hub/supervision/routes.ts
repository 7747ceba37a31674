import type { FastifyInstance } from 'fastify'
import { listBoardItems, readBoard, readBoardWork } from '@palabre/config/contract/board'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { isAgentWithin, scopeOf } from '../sessions/who.ts'
import { beginningOf } from './beginning.ts'
import { quartersSince, type Board } from './board.ts'
import { itemsOf, workOf } from './items.ts'

export function boardRoutes(app: FastifyInstance, hub: Hub, board: Board) {
  serve(app, hub, readBoard, async ({ input, who }) => {
    const from = beginningOf(input.query.from)
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
  serve(app, hub, listBoardItems, ({ input, who }) => itemsOf(hub, who, board, input.query))
  serve(app, hub, readBoardWork, async ({ input, who }) => ({
    items: await workOf(hub, who, input.query.ids.split(','))
  }))
}
