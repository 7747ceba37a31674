import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/import'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { actorOf } from '../sessions/who.ts'
import { sendBadRows } from './bad-rows.ts'
import { cancelImport, removeImport } from './end.ts'
import { findImport, listImports } from './find.ts'
import { presentImport } from './import.model.ts'
import { previewImport } from './preview.ts'
import { startImport } from './start.ts'
import { uploadImport } from './upload.ts'

export function importRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listImports, ({ input }) => listImports(input.query))
  serve(app, hub, route.readImport, async ({ input }) => presentImport(await findImport(input.params.id)))
  serve(app, hub, route.createImport, ({ who, request }) => uploadImport(hub, actorOf(who), request))
  serve(app, hub, route.previewImport, ({ input }) => previewImport(input.params.id, input.body.format))
  serve(app, hub, route.startImport, async ({ input, who }) =>
    presentImport(await startImport(hub, actorOf(who), input.params.id, input.body))
  )
  serve(app, hub, route.cancelImport, async ({ input, who }) =>
    presentImport(await cancelImport(hub, actorOf(who), input.params.id))
  )
  serve(app, hub, route.removeImport, async ({ input }) => {
    await removeImport(hub, input.params.id)
    return { ok: true as const }
  })
  serve(app, hub, route.downloadBadRows, ({ input, reply }) =>
    sendBadRows(input.params.id, input.query.lang ?? 'en', reply)
  )
}
