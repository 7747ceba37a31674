import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/figures'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { dayOfAgent } from '../intervals/day.ts'
import { serve } from '../plugins/serve.ts'
import { found, refuse } from '../refuse.ts'
import { isAgentWithin, scopeOf } from '../sessions/who.ts'
import { momentOf } from '../wire.ts'
import { quartersOf } from './mine.ts'

const dayMs = 86_400_000
/** Somebody's day may have begun long before ours. */
const mostMs = 2 * dayMs

/** Refuses `invalid-input` for what is longer ago than figures of a day need. */
function beginning(from: string | undefined): Date {
  const moment = from === undefined ? new Date(Date.now() - dayMs) : momentOf(from, 'from')
  return moment.getTime() < Date.now() - mostMs
    ? refuse('invalid-input', undefined, [{ path: 'from', message: 'is more than two days ago' }])
    : moment
}

export function figureRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.readMyFigures, async ({ who, input }) => {
    const from = beginning(input.query.from)
    const seq = hub.stream.head()
    const agentId = who.agentId?.toHexString()
    return { seq, quarters: agentId ? await quartersOf(agentId, from, new Date()) : [] }
  })

  serve(app, hub, route.readAgentDay, async ({ who, input }) => {
    const [{ agents }, scope] = await Promise.all([floorOf(hub), scopeOf(hub, who)])
    const agent = agents.get(input.params.id)
    found(agent && isAgentWithin(scope, agent) ? agent : null)
    return { parts: await dayOfAgent(input.params.id, beginning(input.query.from)) }
  })
}
