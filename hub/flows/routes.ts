import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/flow'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { found } from '../refuse.ts'
import { actorOf } from '../sessions/who.ts'
import { momentOf } from '../wire.ts'
import { problemsOf } from './check.ts'
import {
  FlowModel,
  FlowVersionModel,
  contentOf,
  presentFlow,
  presentVersion,
  type FlowDoc,
  type FlowVersionDoc
} from './flow.model.ts'
import { checkNodes } from './form.ts'
import { createFlowOf, setFlowArchived, updateFlowOf } from './keep.ts'
import { knownTo } from './known.ts'
import { problemsWith, publishFlowOf, restoreVersionOf } from './publish.ts'
import { walkThrough } from './walk.ts'

const versionsAPage = 50

const present = async (doc: FlowDoc) => presentFlow(doc, (await problemsWith([doc]))[0] ?? [])

export function flowRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listFlows, async ({ input }) => {
    const docs = (await FlowModel.find(input.query.archived ? {} : { archived: false })
      .sort({ name: 1 })
      .lean()) as FlowDoc[]
    const problems = await problemsWith(docs)
    return { items: docs.map((doc, i) => presentFlow(doc, problems[i] ?? [])) }
  })
  serve(app, hub, route.createFlow, async ({ input, who }) =>
    present(await createFlowOf(hub, actorOf(who), input.body))
  )
  serve(app, hub, route.updateFlow, async ({ input, who }) =>
    present(await updateFlowOf(hub, actorOf(who), input.params.id, input.body.version, input.body.change))
  )
  serve(app, hub, route.archiveFlow, async ({ input, who }) =>
    present(await setFlowArchived(hub, actorOf(who), input.params.id, true))
  )
  serve(app, hub, route.restoreFlow, async ({ input, who }) =>
    present(await setFlowArchived(hub, actorOf(who), input.params.id, false))
  )
  serve(app, hub, route.checkFlow, async ({ input }) => {
    checkNodes(input.body.nodes)
    // Which secrets the flow has is known when it is saved.
    const knows = await knownTo([input.body])
    return { problems: problemsOf(input.body, (noun, id) => noun === 'secret' || knows(noun, id)) }
  })
  serve(app, hub, route.publishFlow, async ({ input, who }) =>
    present(await publishFlowOf(hub, actorOf(who), input.params.id, input.body.version, input.body.note))
  )
  serve(app, hub, route.listFlowVersions, async ({ input }) => {
    const { after, limit = versionsAPage } = input.query
    found(await FlowModel.exists({ _id: input.params.id }))
    const docs = (await FlowVersionModel.find(
      { flowId: input.params.id, ...(after !== undefined && { number: { $lt: Number(after) } }) },
      { content: 0 }
    )
      .sort({ number: -1 })
      .limit(limit + 1)
      .lean()) as unknown as Omit<FlowVersionDoc, 'content'>[]
    const items = docs.slice(0, limit).map(presentVersion)
    const last = items[items.length - 1]
    return { items, ...(docs.length > limit && last && { next: String(last.number) }) }
  })
  serve(app, hub, route.readFlowVersion, async ({ input }) => {
    const { id: flowId, versionId: _id } = input.params
    const doc = found((await FlowVersionModel.findOne({ _id, flowId }).lean()) as FlowVersionDoc | null)
    return { ...presentVersion(doc), content: doc.content }
  })
  serve(app, hub, route.restoreFlowVersion, async ({ input, who }) =>
    present(
      await restoreVersionOf(hub, actorOf(who), input.params.id, input.params.versionId, input.body.version)
    )
  )
  serve(app, hub, route.tryFlow, async ({ input }) => {
    const doc = found((await FlowModel.findById(input.params.id).lean()) as FlowDoc | null)
    const { from, to, name, answers, at, stub } = input.body
    return walkThrough(hub, contentOf(doc), doc, {
      given: { 'call.from': from, 'call.to': to, ...(name !== undefined && { 'call.name': name }) },
      answers,
      now: at === undefined ? new Date() : momentOf(at, 'at'),
      ...(stub && { stub })
    })
  })
}
