import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/floor-message'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { found } from '../refuse.ts'
import type { Who } from '../sessions/who.ts'
import { answerFloorMessageOf } from './answer.ts'
import type { FloorMessageDoc } from './floor-message.model.ts'
import { followWork } from './follow-work.ts'
import { endHelpOf, requestHelpOf, takeHelpOf } from './help.ts'
import { listFloorAnswersOf, listFloorMessagesOf, listReadersOf } from './list.ts'
import { markFloorMessageRead } from './mark-read.ts'
import { presentFloorAnswer, presentFloorMessage } from './present.ts'
import { viewerOf } from './viewer.ts'
import { writeFloorMessageOf } from './write.ts'

export function floorMessageRoutes(app: FastifyInstance, hub: Hub) {
  const following = followWork(hub)
  app.addHook('onClose', () => {
    following.stop()
  })
  const shown = async (who: Who, doc: FloorMessageDoc) =>
    found(presentFloorMessage(doc, await viewerOf(hub, who)))

  serve(app, hub, route.listFloorMessages, ({ input, who }) => listFloorMessagesOf(hub, who, input.query))

  serve(app, hub, route.writeFloorMessage, async ({ input, who }) =>
    shown(who, await writeFloorMessageOf(hub, who, input.body))
  )

  serve(app, hub, route.listFloorAnswers, ({ input, who }) =>
    listFloorAnswersOf(hub, who, input.params.id, input.query)
  )

  serve(app, hub, route.answerFloorMessage, async ({ input, who }) =>
    presentFloorAnswer(await answerFloorMessageOf(hub, who, input.params.id, input.body))
  )

  serve(app, hub, route.readFloorMessage, ({ input, who }) =>
    markFloorMessageRead(hub, who, input.params.id, input.body.acknowledged)
  )

  serve(app, hub, route.listFloorReaders, ({ input, who }) => listReadersOf(hub, who, input.params.id))

  serve(app, hub, route.requestHelp, async ({ input, who }) =>
    shown(who, await requestHelpOf(hub, who, input.body))
  )

  serve(app, hub, route.takeHelp, async ({ input, who }) =>
    shown(who, await takeHelpOf(hub, who, input.params.id))
  )

  serve(app, hub, route.endHelp, async ({ input, who }) =>
    shown(who, await endHelpOf(hub, who, input.params.id))
  )
}
