import type { User as UserWire } from '@palabre/config/contract/user'
import type { AgentDoc } from '../agents/agent.model.ts'
import { idText, timeText } from '../wire.ts'
import type { UserDoc } from './user.model.ts'

export const presentUser = (doc: UserDoc, agent: Pick<AgentDoc, 'teamId'> | null | undefined): UserWire => ({
  id: doc._id.toHexString(),
  version: doc.version,
  archived: doc.archived,
  name: doc.name,
  email: doc.email,
  roles: doc.roles,
  locked: doc.lockedUntil !== null && doc.lockedUntil > new Date(),
  passwordChangeRequired: doc.passwordChangeRequired,
  lastSignInAt: timeText(doc.lastSignInAt),
  agentId: idText(doc.agentId),
  teamId: idText(agent?.teamId),
  lookedAfter: doc.lookedAfter ?? null
})
