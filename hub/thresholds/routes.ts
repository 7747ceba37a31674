import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/threshold'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { may, scopeOf, type Who } from '../sessions/who.ts'
import type { Pictures } from '../supervision/pictures.ts'
import { checkFilter, checkLevels } from './check.ts'
import {
  archiveThreshold,
  createThreshold,
  findThreshold,
  thresholdsWithin,
  updateThreshold
} from './keep.ts'
import { measure } from './measure.ts'
import { snoozeThreshold } from './snooze.ts'
import { statesOf } from './states.ts'
import { presentThreshold, type ThresholdDoc } from './threshold.model.ts'
import { tryMail, tryWebhook } from './try.ts'
import { watchThresholds } from './watch.ts'

/** Thresholds, and this node's part in watching them. */
export function thresholdRoutes(app: FastifyInstance, hub: Hub, pictures: Pictures) {
  const watch = watchThresholds(hub, pictures)
  app.addHook('onClose', async () => {
    await watch.stop()
  })
  const { threshold } = route
  const present = (doc: ThresholdDoc, who: Who) => presentThreshold(doc, may(who, 'threshold:write'))

  serve(app, hub, threshold.list, async ({ input, who }) => {
    const docs = await thresholdsWithin(await scopeOf(hub, who), input.query.archived ?? false)
    return { items: docs.map((doc) => present(doc, who)) }
  })
  serve(app, hub, threshold.create, async ({ input, who }) =>
    present(await createThreshold(hub, who, input.body), who)
  )
  serve(app, hub, threshold.update, async ({ input, who }) =>
    present(await updateThreshold(hub, who, input.params.id, input.body), who)
  )
  serve(app, hub, threshold.archive, async ({ input, who }) =>
    present(await archiveThreshold(hub, who, input.params.id, true), who)
  )
  serve(app, hub, threshold.restore, async ({ input, who }) =>
    present(await archiveThreshold(hub, who, input.params.id, false), who)
  )

  serve(app, hub, route.listThresholdStates, async ({ who }) => {
    const docs = await thresholdsWithin(await scopeOf(hub, who), false)
    return { items: await statesOf(await pictures.now(), docs) }
  })
  serve(app, hub, route.previewThreshold, async ({ input, who }) => {
    checkLevels(input.body)
    await checkFilter(await scopeOf(hub, who), input.body)
    return measure(await pictures.now(), input.body, Date.now())
  })
  serve(app, hub, route.snoozeThreshold, async ({ input, who }) => {
    const doc = await snoozeThreshold(hub, who, input.params.id, input.body.until)
    const [state] = await statesOf(await pictures.now(), [doc])
    return state!
  })
  serve(app, hub, route.testThreshold, async ({ input, who }) => {
    const doc = await findThreshold(await scopeOf(hub, who), input.params.id)
    return input.body.way === 'mail' ? tryMail(hub, doc) : tryWebhook(hub, doc)
  })
}
