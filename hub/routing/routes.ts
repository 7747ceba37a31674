import type { FastifyInstance } from 'fastify'
import { explainRouting, readEstimateErrors } from '@palabre/config/contract/routing'
import {
  emptyQueue as emptyQueueRoute,
  previewQueue as previewQueueRoute
} from '@palabre/config/contract/setting'
import type { Hub } from '../hub.ts'
import { emptyQueue } from '../interactions/arrange.ts'
import { serve } from '../plugins/serve.ts'
import { momentOf } from '../wire.ts'
import { estimateErrors } from './estimate-errors.ts'
import { explainInteraction } from './explain.ts'
import { previewQueue } from './preview.ts'

export function routingRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, explainRouting, ({ who, input }) => explainInteraction(hub, who, input.params.id))
  serve(app, hub, readEstimateErrors, async ({ input }) => ({
    items: await estimateErrors(momentOf(input.query.from, 'from'), momentOf(input.query.to, 'to'))
  }))
  serve(app, hub, previewQueueRoute, ({ input }) => previewQueue(hub, input.params.id, input.body.change))
  serve(app, hub, emptyQueueRoute, async ({ who, input }) => ({
    moved: await emptyQueue(hub, who, input.params.id, input.body.toQueueId)
  }))
}
