import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/alert'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { acknowledge } from './acknowledge.ts'
import { Alert, presentAlert, type AlertDoc } from './alert.model.ts'
import { historyOf } from './history.ts'
import { alertsSeenBy } from './seen.ts'

const shownMs = 7 * 86_400_000
const shown = 100

export function alertRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listAlerts, async ({ who }) => {
    const seen = await alertsSeenBy(hub, who)
    const recent = { raisedAt: { $gt: new Date(Date.now() - shownMs) }, endedAt: { $ne: null } }
    const [open, ended] = await Promise.all([
      Alert.find({ $and: [{ openKey: { $gt: '', $type: 'string' } }, seen] }).lean(),
      Alert.find({ $and: [recent, seen] })
        .sort({ raisedAt: -1 })
        .limit(shown)
        .lean()
    ])
    const docs = [...open, ...ended] as AlertDoc[]
    return { items: docs.sort((a, b) => b.raisedAt.getTime() - a.raisedAt.getTime()).map(presentAlert) }
  })

  serve(app, hub, route.listAlertHistory, ({ input, who }) => historyOf(hub, who, input.query))

  serve(app, hub, route.acknowledgeAlert, async ({ input, who }) =>
    presentAlert(await acknowledge(hub, who, input.params.id))
  )
}
