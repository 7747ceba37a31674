import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/audience'
import type { Hub } from '../hub.ts'
import { consentRoutes } from '../consents/routes.ts'
import { importRoutes } from '../imports/routes.ts'
import { listRoutes } from '../lists/routes.ts'
import { serve } from '../plugins/serve.ts'
import { segmentRoutes } from '../segments/routes.ts'
import { suppressionRoutes } from '../suppressions/routes.ts'
import { countAudience } from './count.ts'

/** Whom campaigns are for: lists, segments, imports, consent, suppressions. */
export function audienceRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.countAudience, ({ input }) => countAudience(hub, input.body))
  listRoutes(app, hub)
  segmentRoutes(app, hub)
  importRoutes(app, hub)
  consentRoutes(app, hub)
  suppressionRoutes(app, hub)
}
