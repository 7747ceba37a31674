import type { FastifyInstance } from 'fastify'
import { replayRouting } from '@palabre/config/contract/routing'
import type { Hub } from '../../hub.ts'
import { serve } from '../../plugins/serve.ts'
import { replayTraffic } from './replay.ts'

export function replayRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, replayRouting, ({ input }) => replayTraffic(hub, input.body))
}
