import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/alert'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { actorOf } from '../sessions/who.ts'
import { acknowledge } from './acknowledge.ts'
import { Alert, presentAlert, type AlertDoc } from './alert.model.ts'

const shownMs = 7 * 86_400_000
const shown = 100

export function alertRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listAlerts, async () => {
    const [open, ended] = await Promise.all([
      Alert.find({ openKey: { $gt: '', $type: 'string' } }).lean(),
      Alert.find({ raisedAt: { $gt: new Date(Date.now() - shownMs) }, endedAt: { $ne: null } })
        .sort({ raisedAt: -1 })
        .limit(shown)
        .lean()
    ])
    const docs = [...open, ...ended] as AlertDoc[]
    return { items: docs.sort((a, b) => b.raisedAt.getTime() - a.raisedAt.getTime()).map(presentAlert) }
  })

  serve(app, hub, route.acknowledgeAlert, async ({ input, who }) =>
    presentAlert(await acknowledge(hub, actorOf(who), input.params.id))
  )
}
