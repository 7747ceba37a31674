import type { Reply } from '@palabre/config/contract/define'
import type { readPhone } from '@palabre/config/contract/call'
import type { Registration } from '@palabre/channels/call'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { agentOf, type Who } from '../sessions/who.ts'
import { openDoors, type VoiceDoor } from './door.ts'
import { agentOfPhone, phoneUser } from './phone.ts'
import { goodPasswords, phonePassword } from './shift.ts'

/** Where the asker's browser registers its phone: the first voice account that has phones. */
export async function phoneFor(hub: Hub, who: Who): Promise<Reply<typeof readPhone>['phone']> {
  const agentId = agentOf(who).toHexString()
  const door = (await openDoors(hub)).find(({ policy }) => policy.phones)
  if (!door?.policy.phones) return null
  const { server, realm } = door.policy.phones
  const user = phoneUser(agentId)
  const { password, expiresAt } = phonePassword(hub, agentId, Date.now())
  return {
    accountId: door.opened.id,
    server,
    uri: `sip:${user}@${realm}`,
    user,
    password,
    expiresAt: expiresAt.toISOString()
  }
}

/** May this phone register? Its user has to be an agent of ours, its digest made with a password of the shift. */
export async function mayRegister(
  hub: Hub,
  { calls, policy }: VoiceDoor,
  registration: Registration
): Promise<boolean> {
  const agentId = agentOfPhone(registration.username)
  const agent = agentId === null ? undefined : (await floorOf(hub)).agents.get(agentId)
  if (!agent || agent.archived || registration.realm !== policy.phones?.realm) return false
  return goodPasswords(hub, agent.id, Date.now()).some((password) => calls.proves(registration, password))
}
