import { permissions, type Permission } from '@palabre/config/contract/permissions'
import type { Me } from '@palabre/config/contract/user'
import { Agent, presentAgent, type AgentDoc } from '../agents/agent.model.ts'
import type { Hub } from '../hub.ts'
import { found } from '../refuse.ts'
import { presentUser } from '../users/present.ts'
import { User, defaultPreferences, type UserDoc } from '../users/user.model.ts'
import { may, scopeOf, type Who } from './who.ts'

/** Who is signed in, and what they may do. */
export async function readMe(hub: Hub, who: Who): Promise<Me> {
  const user = found((await User.findById(who.userId).lean()) as UserDoc | null)
  const agent = user.agentId ? ((await Agent.findById(user.agentId).lean()) as AgentDoc | null) : null
  const scope = await scopeOf(hub, who)
  return {
    user: presentUser(user, agent),
    permissions: (Object.keys(permissions) as Permission[]).filter((permission) => may(who, permission)),
    agent: agent && presentAgent(agent),
    queueIds: scope.all ? null : [...scope.queueIds],
    teamIds: scope.all ? null : [...scope.teamIds],
    preferences: { ...defaultPreferences, ...user.preferences },
    csrf: who.csrf
  }
}
