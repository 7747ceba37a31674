import type { FastifyInstance } from 'fastify'
import { Types } from 'mongoose'
import * as route from '@palabre/config/contract/callback'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { refuse } from '../refuse.ts'
import { actorOf, scopeOf, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { momentOf } from '../wire.ts'
import { arrangeBy } from './arrange.ts'
import { askCallback } from './ask.ts'
import { presentCallback } from './callback.model.ts'
import { cancelBy } from './cancel.ts'
import { findCallback, listCallbacksOf } from './list.ts'
import { machineAnswered } from './machine.ts'
import { offerOf } from './offer.ts'

export function callbackRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listCallbacks, ({ who, input }) => listCallbacksOf(hub, who, input.query))
  serve(app, hub, route.readCallback, async ({ who, input }) =>
    presentCallback(await findCallback(hub, who, input.params.id))
  )
  serve(app, hub, route.askCallback, async ({ who, input: { body } }) => {
    await checkQueue(hub, who, body.queueId)
    return presentCallback(
      await askCallback(hub, {
        source: 'agent',
        queueId: body.queueId,
        number: body.number,
        name: body.name ?? '',
        email: body.email,
        reason: body.reason,
        locale: body.locale ?? 'en',
        ...whenOf(body),
        agentId: await agentIdOf(hub, body.agentId),
        key: body.key,
        by: actorOf(who)
      })
    )
  })
  serve(app, hub, route.arrangeCallback, async ({ who, input: { params, body } }) => {
    const known = await findCallback(hub, who, params.id)
    if (known.version !== body.version) return refuse('changed-meanwhile')
    const arranged = await arrangeBy(
      hub,
      known,
      {
        ...whenOf(body),
        ...(body.agentId !== undefined && { agentId: await agentIdOf(hub, body.agentId) })
      },
      { actor: actorOf(who), agentId: who.agentId }
    )
    return presentCallback(arranged)
  })
  serve(app, hub, route.cancelCallback, async ({ who, input }) =>
    presentCallback(
      await cancelBy(hub, await findCallback(hub, who, input.params.id), actorOf(who), who.agentId)
    )
  )
  serve(app, hub, route.noteMachine, async ({ who, input }) =>
    presentCallback(await machineAnswered(hub, who, await findCallback(hub, who, input.params.id)))
  )
  serve(app, hub, route.readSlots, async ({ who, input }) => {
    const queue = (await catalogOf(hub)).queue(input.params.id)
    const scope = await scopeOf(hub, who)
    if (!queue || queue.archived || !(scope.all || scope.queueIds.has(queue.id))) return refuse('not-found')
    return offerOf(hub, queue.id)
  })
}

/** A queue out of one's scope does not exist. */
async function checkQueue(hub: Hub, who: Who, queueId: string) {
  const scope = await scopeOf(hub, who)
  if (!scope.all && !scope.queueIds.has(queueId)) refuse('unknown-reference', 'queueId')
}

/** A slot or a moment, not both. */
function whenOf({ slot, at }: { slot?: string | undefined; at?: string | undefined }) {
  if (slot !== undefined && at !== undefined)
    refuse('invalid-input', undefined, [{ path: 'at', message: 'A slot or a moment, not both' }])
  return {
    ...(slot !== undefined && { slotFrom: momentOf(slot, 'slot') }),
    ...(at !== undefined && { at: momentOf(at, 'at') })
  }
}

async function agentIdOf(hub: Hub, id: string | null | undefined): Promise<Types.ObjectId | null> {
  if (id === undefined || id === null) return null
  return (await floorOf(hub)).agents.has(id) ? new Types.ObjectId(id) : refuse('unknown-reference', 'agentId')
}
