import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/agent'
import { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { change } from '../record/change.ts'
import { found } from '../refuse.ts'
import { actorOf, agentOf, scopeOf } from '../sessions/who.ts'
import { checkIds } from '../settings/check-ids.ts'
import { Agent, presentAgent, type AgentDoc } from './agent.model.ts'
import { tellAgent } from './tell.ts'
import { changePresence } from './presence.ts'

export function agentRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listAgents, async ({ who }) => {
    const scope = await scopeOf(hub, who)
    const me = who.agentId ? ((await Agent.findById(who.agentId).lean()) as AgentDoc | null) : null
    const docs = (await Agent.find({ archived: false, ...(!scope.all && { teamId: me?.teamId ?? null }) })
      .sort({ name: 1 })
      .lean()) as AgentDoc[]
    return { items: docs.map(presentAgent) }
  })

  serve(app, hub, route.setPresence, async ({ who, input }) =>
    presentAgent(await changePresence(hub, agentOf(who), input.body, actorOf(who)))
  )

  serve(app, hub, route.forcePresence, async ({ who, input }) =>
    presentAgent(
      await changePresence(
        hub,
        new Types.ObjectId(input.params.id),
        { ...input.body, cause: 'forced' },
        actorOf(who)
      )
    )
  )

  serve(app, hub, route.updateAgent, async ({ who, input }) => {
    const { skills, capacity, capacityProfileId, phone, teamId } = input.body.change
    await checkIds('skill', 'change/skills', skills?.map(({ skillId }) => skillId) ?? [])
    await checkIds(
      'capacityProfile',
      'change/capacityProfileId',
      capacityProfileId ? [capacityProfileId] : []
    )
    await checkIds('team', 'change/teamId', teamId ? [teamId] : [])
    const set = {
      ...(skills && { skills }),
      ...(capacity !== undefined && { capacity }),
      ...(capacityProfileId !== undefined && {
        capacityProfileId: capacityProfileId === null ? null : new Types.ObjectId(capacityProfileId)
      }),
      ...(phone !== undefined && { phone }),
      ...(teamId !== undefined && { teamId: teamId === null ? null : new Types.ObjectId(teamId) })
    }
    const { doc } = found(
      await change(Agent, input.params.id, (agent) => ({
        set,
        entries: [
          {
            name: 'update',
            by: actorOf(who),
            changes: Object.fromEntries(
              Object.entries(set).map(([field, value]) => [field, [agent[field as keyof AgentDoc], value]])
            )
          }
        ]
      }))
    )
    await tellAgent(hub, doc)
    hub.stream.publish({
      name: 'user.changed',
      payload: { userId: doc.userId.toHexString() },
      topics: [`user:${doc.userId.toHexString()}`, 'administrators']
    })
    return presentAgent(doc)
  })
}
