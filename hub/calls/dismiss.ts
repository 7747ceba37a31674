import { permissions } from '@palabre/config/contract/permissions'
import { Agent } from '../agents/agent.model.ts'
import type { Hub } from '../hub.ts'
import { User } from '../users/user.model.ts'
import type { CallDoc } from './call.model.ts'
import { isThere, sentOut } from './parties.ts'
import { writeCall } from './write.ts'

/** Sends out of a call whoever listens to it and may supervise no more: their role was taken, or their login. */
export async function dismissSupervisors(hub: Hub, call: CallDoc): Promise<void> {
  const listeners = call.parties.filter((party) => party.role === 'supervisor' && isThere(party))
  if (listeners.length === 0) return
  const agents = await Agent.find(
    { _id: { $in: listeners.map(({ agentId }) => agentId) } },
    { userId: 1 }
  ).lean()
  const users = await User.find(
    {
      _id: { $in: agents.map(({ userId }) => userId) },
      archived: false,
      roles: { $in: [...permissions['call:supervise']] }
    },
    { _id: 1 }
  ).lean()
  const mayStay = new Set(
    agents
      .filter(({ userId }) => users.some(({ _id }) => userId?.equals(_id)))
      .map(({ _id }) => _id.toHexString())
  )
  const mustGo = new Set(
    listeners.filter(({ agentId }) => !mayStay.has(agentId?.toHexString() ?? '')).map(({ tag }) => tag)
  )
  if (mustGo.size === 0) return
  await writeCall(hub, call._id, (newest) => ({
    set: {
      parties: newest.parties.map((party) =>
        mustGo.has(party.tag) && party.role === 'supervisor' ? sentOut(party, new Date()) : party
      )
    },
    entries: [{ name: 'dismissed', figures: { parties: mustGo.size } }]
  }))
}
