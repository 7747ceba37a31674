import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/stepping'
import type { Hub } from '../hub.ts'
import { presentInteraction } from '../interactions/interaction.model.ts'
import { takeOverInteraction } from '../interactions/take-over.ts'
import { presentMessage } from '../messages/message.model.ts'
import { whisperTo } from '../messages/whisper.ts'
import { serve } from '../plugins/serve.ts'
import { dismissStepInOf, listStepInsOf } from './step-in.ts'
import { readWatchRuleOf, writeWatchRuleOf } from './watch-rule.ts'
import { listWatchedOf, watchesOf } from './watches.ts'

/** What supervisors do beside an agent, and what the agent is told of it. */
export function steppingRoutes(app: FastifyInstance, hub: Hub) {
  app.addHook('onReady', async () => {
    await watchesOf(hub)
  })
  app.addHook('onClose', async () => {
    ;(await watchesOf(hub)).stop()
  })

  serve(app, hub, route.takeOverInteraction, async ({ who, input }) =>
    presentInteraction(await takeOverInteraction(hub, who, input.params.id, input.body))
  )
  serve(app, hub, route.whisper, async ({ who, input }) =>
    presentMessage(await whisperTo(hub, who, input.params.id, input.body))
  )
  serve(app, hub, route.listWatched, ({ who }) => listWatchedOf(who))
  serve(app, hub, route.listStepIns, ({ who }) => listStepInsOf(who))
  serve(app, hub, route.dismissStepIn, async ({ who, input }) => {
    await dismissStepInOf(who, input.params.id)
    return { ok: true as const }
  })
  serve(app, hub, route.readWatchRule, () => readWatchRuleOf())
  serve(app, hub, route.writeWatchRule, async ({ who, input }) => {
    const rule = await writeWatchRuleOf(who, input.body)
    await (await watchesOf(hub)).tellAll()
    return rule
  })
}
