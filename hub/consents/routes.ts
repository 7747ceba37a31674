import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/consent'
import { eraseContact, isErased } from '../audiences/erase.ts'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { actorOf } from '../sessions/who.ts'
import { presentPurpose, purposes } from './purpose.model.ts'
import { consentsOf, recordConsent } from './record.ts'

export function consentRoutes(app: FastifyInstance, hub: Hub) {
  const { purpose } = route
  serve(app, hub, purpose.list, async ({ input }) => ({
    items: (await purposes.list(input.query.archived ?? false)).map(presentPurpose)
  }))
  serve(app, hub, purpose.create, async ({ input, who }) =>
    presentPurpose(await purposes.create(hub, actorOf(who), { ...purpose.defaults, ...input.body }))
  )
  serve(app, hub, purpose.update, async ({ input, who }) =>
    presentPurpose(
      await purposes.update(hub, actorOf(who), input.params.id, input.body.version, input.body.change)
    )
  )
  serve(app, hub, purpose.archive, async ({ input, who }) =>
    presentPurpose(await purposes.archive(hub, actorOf(who), input.params.id, true))
  )
  serve(app, hub, purpose.restore, async ({ input, who }) =>
    presentPurpose(await purposes.archive(hub, actorOf(who), input.params.id, false))
  )
  serve(app, hub, route.listConsents, async ({ input }) => ({
    items: await consentsOf(input.params.id),
    erased: await isErased(hub, input.params.id)
  }))
  serve(app, hub, route.recordConsent, async ({ input, who }) => ({
    items: await recordConsent(actorOf(who), input.params.id, input.body)
  }))
  serve(app, hub, route.eraseAudience, async ({ input, who }) => {
    await eraseContact(hub, actorOf(who), input.params.id)
    return { ok: true as const }
  })
}
