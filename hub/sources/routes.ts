import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/source'
import { hiddenSecret } from '../accounts/account.model.ts'
import { flowsNaming } from '../flows/uses.ts'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { found, refuse } from '../refuse.ts'
import { actorOf } from '../sessions/who.ts'
import { checkSource, createSourceOf, setSourceArchived, updateSourceOf } from './keep.ts'
import { closeSources } from './pools.ts'
import { SourceModel, fieldsOf, openPassword, presentSource, type SourceDoc } from './source.model.ts'
import { tryConnection } from './test.ts'

const inUse = async (id: string) => (await flowsNaming('source', id)) > 0

export function sourceRoutes(app: FastifyInstance, hub: Hub) {
  app.addHook('onClose', () => closeSources(hub))
  serve(app, hub, route.listSources, async ({ input }) => {
    const docs = (await SourceModel.find(input.query.archived ? {} : { archived: false })
      .sort({ name: 1 })
      .lean()) as SourceDoc[]
    return { items: docs.map(presentSource) }
  })
  serve(app, hub, route.createSource, async ({ input, who }) =>
    presentSource(await createSourceOf(hub, actorOf(who), input.body))
  )
  serve(app, hub, route.updateSource, async ({ input, who }) =>
    presentSource(
      await updateSourceOf(hub, actorOf(who), input.params.id, input.body.version, input.body.change)
    )
  )
  serve(app, hub, route.archiveSource, async ({ input, who }) =>
    presentSource(await setSourceArchived(hub, actorOf(who), input.params.id, true, inUse))
  )
  serve(app, hub, route.restoreSource, async ({ input, who }) =>
    presentSource(await setSourceArchived(hub, actorOf(who), input.params.id, false, inUse))
  )
  serve(app, hub, route.testSource, async ({ input }) => {
    const { sourceId, fields: given, query, values = {} } = input.body
    const doc = sourceId ? found((await SourceModel.findById(sourceId).lean()) as SourceDoc | null) : null
    if (!doc && !given) return refuse('invalid-input', 'Name a source, or give its fields')
    const { password: typed, ...fields } = given ?? { ...fieldsOf(found(doc)), password: hiddenSecret }
    checkSource(fields)
    const isKept = typed === undefined || typed === null || typed === hiddenSecret
    // The kept password is for the kept server.
    const isSameServer =
      doc?.host === fields.host && doc.port === fields.port && doc.dialect === fields.dialect
    const password = isKept ? (doc && isSameServer ? openPassword(hub, doc) : '') : typed
    return tryConnection(fields, password, query, values)
  })
}
