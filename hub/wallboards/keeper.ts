import { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { may, scopeOf, type Scope, type Who } from '../sessions/who.ts'
import { User, type UserDoc } from '../users/user.model.ts'

const nothing: Scope = { all: false, queueIds: new Set(), teamIds: new Set(), agentId: null }

/** What somebody may show on a wallboard now, signed in or not: nothing once she has gone or may not make any. */
export async function scopeOfKeeper(hub: Hub, id: Types.ObjectId): Promise<Scope> {
  const user = (await User.findById(id).lean()) as UserDoc | null
  if (!user || user.archived) return nothing
  const who: Who = {
    userId: user._id,
    sessionId: new Types.ObjectId(),
    name: user.name,
    email: user.email,
    roles: user.roles,
    agentId: user.agentId,
    lookedAfter: user.lookedAfter ?? null,
    passwordChangeRequired: false,
    csrf: '',
    address: ''
  }
  return may(who, 'wallboard:write') ? scopeOf(hub, who) : nothing
}
