import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/audience'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { actorOf } from '../sessions/who.ts'
import { createList, lists } from './keep.ts'
import { presentList } from './list.model.ts'
import { addMembers, recount, removeMembers } from './members.ts'
import { pageOfList } from './show.ts'
import { takeSegment } from './take-segment.ts'

export function listRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listLists, async ({ input }) => ({
    items: (await lists.list(input.query.archived ?? false)).map(presentList)
  }))
  serve(app, hub, route.readList, async ({ input }) => presentList(await recount(hub, input.params.id)))
  serve(app, hub, route.createList, async ({ input, who }) =>
    presentList(await createList(hub, actorOf(who), input.body))
  )
  serve(app, hub, route.updateList, async ({ input, who }) =>
    presentList(await lists.update(hub, actorOf(who), input.params.id, input.body.version, input.body.change))
  )
  serve(app, hub, route.archiveList, async ({ input, who }) =>
    presentList(await lists.archive(hub, actorOf(who), input.params.id, true))
  )
  serve(app, hub, route.restoreList, async ({ input, who }) =>
    presentList(await lists.archive(hub, actorOf(who), input.params.id, false))
  )
  serve(app, hub, route.listMembers, ({ input }) => pageOfList(input.params.id, input.query))
  serve(app, hub, route.addMembers, async ({ input, who }) =>
    presentList(await addMembers(hub, actorOf(who), input.params.id, input.body.contactIds))
  )
  serve(app, hub, route.removeMembers, async ({ input, who }) =>
    presentList(await removeMembers(hub, actorOf(who), input.params.id, input.body.contactIds))
  )
  serve(app, hub, route.takeSegment, async ({ input, who }) =>
    presentList(await takeSegment(hub, actorOf(who), input.params.id, input.body.segmentId))
  )
}
