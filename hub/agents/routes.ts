import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/agent'
import { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import {
  actorOf,
  agentOf,
  agentsWithin,
  isAgentWithin,
  scopeOf,
  type Scope,
  type Who
} from '../sessions/who.ts'
import { checkIds } from '../settings/check-ids.ts'
import { Agent, presentAgent, type AgentDoc } from './agent.model.ts'
import { tellAgent } from './tell.ts'
import { lendAgents, recallAgent } from './lend.ts'
import { floorOf } from './floor.ts'
import { changePresence } from './presence.ts'
import { signOutAgent } from './sign-out.ts'

export function agentRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listAgents, async ({ who }) => {
    const scope = await scopeOf(hub, who)
    const docs = (await Agent.find({ archived: false, ...agentsWithin(scope) })
      .sort({ name: 1 })
      .lean()) as AgentDoc[]
    return { items: docs.map(presentAgent) }
  })

  serve(app, hub, route.setPresence, async ({ who, input }) =>
    presentAgent(await changePresence(hub, agentOf(who), input.body, actorOf(who)))
  )

  serve(app, hub, route.forcePresence, async ({ who, input }) => {
    await checkWithin(hub, who, input.params.id)
    const id = new Types.ObjectId(input.params.id)
    return presentAgent(await changePresence(hub, id, { ...input.body, cause: 'forced' }, actorOf(who)))
  })

  serve(app, hub, route.signOutAgent, async ({ who, input }) => {
    await checkWithin(hub, who, input.params.id)
    return presentAgent(await signOutAgent(hub, who, input.params.id))
  })

  serve(app, hub, route.lendAgents, async ({ who, input }) => ({
    items: (await lendAgents(hub, who, input.params.id, input.body)).map(presentAgent)
  }))

  serve(app, hub, route.recallAgent, async ({ who, input }) =>
    presentAgent(await recallAgent(hub, who, input.params.id, input.params.queueId))
  )

  serve(app, hub, route.updateAgent, async ({ who, input }) => {
    const { skills, capacity, capacityProfileId, phone, teamId } = input.body.change
    const scope = await checkWithin(hub, who, input.params.id)
    // Nobody is moved to where the mover may not look.
    if (teamId !== undefined && !scope.all && !(teamId !== null && scope.teamIds.has(teamId)))
      return refuse('unknown-reference', 'teamId')
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

/** Refuses `not-found` for an agent that is out of scope, as for one that there is not; gives the scope. */
async function checkWithin(hub: Hub, who: Who, id: string): Promise<Scope> {
  const [{ agents }, scope] = await Promise.all([floorOf(hub), scopeOf(hub, who)])
  const agent = agents.get(id)
  return agent && isAgentWithin(scope, agent) ? scope : refuse('not-found')
}
