import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/user'
import { Agent, type AgentDoc } from '../agents/agent.model.ts'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { forgetSessions, revokeSessions } from '../sessions/identify.ts'
import { actorOf } from '../sessions/who.ts'
import { checkIds } from '../settings/check-ids.ts'
import { createUserOf, setArchived, setPassword, updateUserOf } from './keep.ts'
import { presentUser } from './present.ts'
import { User, type UserDoc } from './user.model.ts'

const present = async (user: UserDoc) =>
  presentUser(user, user.agentId ? ((await Agent.findById(user.agentId).lean()) as AgentDoc | null) : null)

export function userRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listUsers, async ({ input }) => {
    const users = (await User.find(input.query.archived ? {} : { archived: false })
      .sort({ name: 1 })
      .lean()) as UserDoc[]
    const agents = (await Agent.find({}, { userId: 1, teamId: 1 }).lean()) as AgentDoc[]
    const byUser = new Map(agents.map((agent) => [agent.userId.toHexString(), agent]))
    return { items: users.map((user) => presentUser(user, byUser.get(user._id.toHexString()))) }
  })

  serve(app, hub, route.createUser, async ({ input, who }) => {
    const { agent, lookedAfter } = input.body
    await checkIds('team', 'lookedAfter', lookedAfter ?? [])
    if (agent) {
      await checkIds(
        'skill',
        'agent/skills',
        agent.skills.map(({ skillId }) => skillId)
      )
      await checkIds('team', 'agent/teamId', agent.teamId ? [agent.teamId] : [])
    }
    return present((await createUserOf(hub, actorOf(who), input.body)).user)
  })

  serve(app, hub, route.updateUser, async ({ input, who }) => {
    await checkIds('team', 'change/lookedAfter', input.body.change.lookedAfter ?? [])
    return present(await updateUserOf(hub, actorOf(who), input.params.id, input.body))
  })

  serve(app, hub, route.resetPassword, async ({ input, who }) => {
    const user = await setPassword(hub, actorOf(who), input.params.id, input.body.password, true)
    await revokeSessions(hub, user._id)
    forgetSessions(hub)
    return present(user)
  })

  serve(app, hub, route.archiveUser, async ({ input, who }) =>
    present(await setArchived(hub, actorOf(who), input.params.id, true))
  )

  serve(app, hub, route.restoreUser, async ({ input, who }) =>
    present(await setArchived(hub, actorOf(who), input.params.id, false))
  )
}
