import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/audience'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { actorOf } from '../sessions/who.ts'
import { segments } from './keep.ts'
import { presentSegment } from './segment.model.ts'
import { attributeNames, pageOfSegment, previewSegment } from './show.ts'

export function segmentRoutes(app: FastifyInstance, hub: Hub) {
  const { segment } = route
  serve(app, hub, segment.list, async ({ input }) => ({
    items: (await segments.list(input.query.archived ?? false)).map(presentSegment)
  }))
  serve(app, hub, segment.create, async ({ input, who }) =>
    presentSegment(await segments.create(hub, actorOf(who), { ...segment.defaults, ...input.body }))
  )
  serve(app, hub, segment.update, async ({ input, who }) =>
    presentSegment(
      await segments.update(hub, actorOf(who), input.params.id, input.body.version, input.body.change)
    )
  )
  serve(app, hub, segment.archive, async ({ input, who }) =>
    presentSegment(await segments.archive(hub, actorOf(who), input.params.id, true))
  )
  serve(app, hub, segment.restore, async ({ input, who }) =>
    presentSegment(await segments.archive(hub, actorOf(who), input.params.id, false))
  )
  serve(app, hub, route.previewSegment, ({ input }) => previewSegment(input.body.rules))
  serve(app, hub, route.listSegmentMembers, async ({ input }) =>
    pageOfSegment((await segments.find(input.params.id)).rules, input.query)
  )
  serve(app, hub, route.listAttributes, async () => ({ names: await attributeNames() }))
}
