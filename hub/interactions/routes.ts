import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/interaction'
import { callBackSoon } from '../callbacks/call-back.ts'
import { mergeInto, splitOff } from '../conversations/arrange.ts'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { acceptInteraction } from './accept.ts'
import { arrangeMany, prioritiseInteraction } from './arrange.ts'
import { closeInteraction, extendWrapUp, finishWrapUp } from './close.ts'
import { consultOn, endConsult } from './consult.ts'
import { declineInteraction } from './decline.ts'
import { presentInteraction } from './interaction.model.ts'
import { historyOf, listInteractionsOf, readInboxOf, readInteractionOf } from './list.ts'
import { markRead } from './mark-read.ts'
import { snoozeInteraction } from './snooze.ts'
import { assignInteraction, pickInteraction } from './take.ts'
import { transferInteraction } from './transfer.ts'
import { momentOf } from '../wire.ts'

const ok = { ok: true as const }

export function interactionRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.readInbox, ({ who }) => readInboxOf(hub, who))
  serve(app, hub, route.listInteractions, ({ who, input }) => listInteractionsOf(hub, who, input.query))
  serve(app, hub, route.readInteraction, ({ who, input }) => readInteractionOf(hub, who, input.params.id))
  serve(app, hub, route.readHistory, ({ who, input }) => historyOf(hub, who, input.params.id, input.query))

  serve(app, hub, route.acceptInteraction, async ({ who, input }) =>
    presentInteraction(
      callBackSoon(hub, who, await acceptInteraction(hub, who, input.params.id, input.body.offerId))
    )
  )
  serve(app, hub, route.declineInteraction, async ({ who, input }) => {
    await declineInteraction(hub, who, input.params.id, input.body.offerId, input.body.reason)
    return ok
  })
  serve(app, hub, route.pickInteraction, async ({ who, input }) =>
    presentInteraction(callBackSoon(hub, who, await pickInteraction(hub, who, input.params.id)))
  )
  serve(app, hub, route.assignInteraction, async ({ who, input }) =>
    presentInteraction(await assignInteraction(hub, who, input.params.id, input.body))
  )
  serve(app, hub, route.transferInteraction, async ({ who, input }) =>
    presentInteraction(await transferInteraction(hub, who, input.params.id, input.body.to, input.body.note))
  )
  serve(app, hub, route.consultOn, async ({ who, input }) =>
    presentInteraction(await consultOn(hub, who, input.params.id, input.body))
  )
  serve(app, hub, route.endConsult, async ({ who, input }) =>
    presentInteraction(await endConsult(hub, who, input.params.id, input.params.consultId))
  )
  serve(app, hub, route.prioritiseInteraction, async ({ who, input }) =>
    presentInteraction(await prioritiseInteraction(hub, who, input.params.id, input.body))
  )
  serve(app, hub, route.arrangeInteractions, ({ who, input }) => arrangeMany(hub, who, input.body))
  serve(app, hub, route.closeInteraction, async ({ who, input }) =>
    presentInteraction(await closeInteraction(hub, who, input.params.id, input.body))
  )
  serve(app, hub, route.finishWrapUp, async ({ who, input }) =>
    presentInteraction(await finishWrapUp(hub, who, input.params.id, input.body))
  )
  serve(app, hub, route.extendWrapUp, async ({ who, input }) =>
    presentInteraction(await extendWrapUp(hub, who, input.params.id))
  )
  serve(app, hub, route.snoozeInteraction, async ({ who, input }) => {
    const { until } = input.body
    return presentInteraction(
      await snoozeInteraction(hub, who, input.params.id, until === null ? null : momentOf(until, 'until'))
    )
  })
  serve(app, hub, route.markRead, async ({ who, input }) => {
    await markRead(hub, who, input.params.id)
    return ok
  })
  serve(app, hub, route.splitConversation, async ({ who, input }) =>
    presentInteraction(await splitOff(hub, who, input.params.id, input.body.messageId))
  )
  serve(app, hub, route.mergeConversation, async ({ who, input }) =>
    presentInteraction(await mergeInto(hub, who, input.params.id, input.body.otherConversationId))
  )
}
