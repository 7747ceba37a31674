import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/suppression'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { actorOf } from '../sessions/who.ts'
import { exportSuppressions } from './export.ts'
import { addSuppressions, removeSuppression } from './keep.ts'
import { listSuppressions } from './list.ts'

export function suppressionRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listSuppressions, ({ input }) => listSuppressions(hub, input.query))
  serve(app, hub, route.addSuppressions, ({ input, who }) => addSuppressions(hub, actorOf(who), input.body))
  serve(app, hub, route.removeSuppression, async ({ input, who }) => {
    await removeSuppression(hub, actorOf(who), input.params.id)
    return { ok: true as const }
  })
  serve(app, hub, route.exportSuppressions, ({ who, reply }) => exportSuppressions(actorOf(who), reply))
}
