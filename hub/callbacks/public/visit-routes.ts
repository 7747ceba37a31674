import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as route from '@palabre/config/contract/callback'
import type { Hub } from '../../hub.ts'
import { serve } from '../../plugins/serve.ts'
import { doorOf } from '../../visitors/door.ts'
import { visitOf } from '../../visitors/token.ts'
import { deskOf, visitOfferOf, type CallbackDesk } from './desk.ts'
import { askForCode, askOnWeb, type Asker } from './visit-ask.ts'

/** What visitors ask for from pages that the account admits; mounted beside the visitor's other routes, which check that. */
export function callbackVisitRoutes(app: FastifyInstance, hub: Hub) {
  const enter = async (
    accountId: string,
    request: FastifyRequest
  ): Promise<{ desk: CallbackDesk; asker: Asker }> => {
    const { account } = await doorOf(hub, accountId)
    const visit = visitOf(hub, account, request.headers.authorization?.replace(/^Bearer /, ''))
    return {
      desk: await deskOf(hub, account),
      asker: {
        visit: `${accountId}:${visit.address}`,
        address: request.ip,
        site: request.headers.origin ?? ''
      }
    }
  }

  serve(app, hub, route.offerVisitCallback, async ({ input: { params }, request }) => {
    const { desk } = await enter(params.accountId, request)
    return visitOfferOf(hub, desk)
  })
  serve(app, hub, route.codeVisitCallback, async ({ input: { params, body }, request }) => {
    const { desk, asker } = await enter(params.accountId, request)
    await askForCode(hub, desk, asker, body)
    return { ok: true as const }
  })
  serve(app, hub, route.askVisitCallback, async ({ input: { params, body }, request }) => {
    const { desk, asker } = await enter(params.accountId, request)
    return askOnWeb(hub, desk, asker, body)
  })
}
