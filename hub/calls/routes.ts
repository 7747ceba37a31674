import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/call'
import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import { presentInteraction } from '../interactions/interaction.model.ts'
import { serve } from '../plugins/serve.ts'
import { presentCall } from './call.model.ts'
import { checkDial, dialCall } from './dial.ts'
import { callOfInteraction } from './find.ts'
import { handOverCall } from './hand-over.ts'
import { hangUpCall } from './hang-up.ts'
import { holdCall } from './hold.ts'
import { inviteToCall } from './invite.ts'
import { muteCall } from './mute.ts'
import { passOnCall } from './pass-on.ts'
import { phoneFor } from './phone-account.ts'
import { pressKeys } from './press-keys.ts'
import { recordCall } from './record.ts'
import { superviseCall, takeOverCall } from './supervise.ts'

/** What agents and supervisors do with calls. */
export function callRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.readCall, async ({ who, input }) => {
    const { _id } = await findInteraction(hub, who, input.params.id)
    const call = await callOfInteraction(_id)
    return { call: call && presentCall(call) }
  })
  serve(app, hub, route.checkNumber, ({ who, input }) => checkDial(hub, who, input.query))
  serve(app, hub, route.dialCall, async ({ who, input }) => {
    const { call, interaction } = await dialCall(hub, who, input.body)
    return { call: presentCall(call), interaction: presentInteraction(interaction) }
  })
  serve(app, hub, route.holdCall, async ({ who, input }) =>
    presentCall(await holdCall(hub, who, input.params.id, input.body.on, input.body.tag))
  )
  serve(app, hub, route.muteCall, async ({ who, input }) =>
    presentCall(await muteCall(hub, who, input.params.id, input.body.on))
  )
  serve(app, hub, route.pressKeys, async ({ who, input }) => {
    await pressKeys(hub, who, input.params.id, input.body.keys, input.body.tag)
    return { ok: true as const }
  })
  serve(app, hub, route.hangUpCall, async ({ who, input }) =>
    presentCall(await hangUpCall(hub, who, input.params.id, input.body.tag))
  )
  serve(app, hub, route.recordCall, async ({ who, input }) =>
    presentCall(await recordCall(hub, who, input.params.id, input.body.to))
  )
  serve(app, hub, route.invite, async ({ who, input }) =>
    presentCall(await inviteToCall(hub, who, input.params.id, input.body.who, input.body.privately))
  )
  serve(app, hub, route.handOverCall, async ({ who, input }) =>
    presentInteraction(await handOverCall(hub, who, input.params.id, input.body.tag))
  )
  serve(app, hub, route.passOnCall, async ({ who, input }) =>
    presentCall(await passOnCall(hub, who, input.params.id, input.body.number))
  )
  serve(app, hub, route.superviseCall, async ({ who, input }) =>
    presentCall(await superviseCall(hub, who, input.params.id, input.body.as))
  )
  serve(app, hub, route.takeOverCall, async ({ who, input }) =>
    presentInteraction(await takeOverCall(hub, who, input.params.id))
  )
  serve(app, hub, route.readPhone, async ({ who }) => ({ phone: await phoneFor(hub, who) }))
}
