import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { grouped } from '../record/group.ts'
import { User, type UserDoc } from '../users/user.model.ts'
import { Session, type SessionDoc } from './session.model.ts'
import type { Who } from './who.ts'

export const sessionDays = 7
const idleMs = 12 * 3600_000
const rememberMs = 5000
const seenEveryMs = 60_000

export const hashToken = (token: string) => createHash('sha256').update(token).digest('hex')
export const newToken = () => randomBytes(32).toString('base64url')
/** Proof that a request comes from a page that could read our answers; bound to the session. */
export const csrfOf = (token: string) => createHmac('sha256', token).update('csrf').digest('base64url')

interface Known {
  who: Promise<Who | null>
  until: number
}

const caches = new WeakMap<Hub, Map<string, Known>>()

function cacheOf(hub: Hub) {
  let cache = caches.get(hub)
  if (!cache) {
    const map = new Map<string, Known>()
    cache = map
    caches.set(hub, map)
    hub.stream.onEvent(({ name }) => {
      // Roles and revocations count from the next request on.
      if (name === 'user.changed' || name === 'session.revoked') map.clear()
    })
    hub.stream.onGap(() => map.clear())
  }
  return cache
}

/** Forgets what is known of sessions; for the process that has just changed one. */
export const forgetSessions = (hub: Hub) => cacheOf(hub).clear()

/** Who holds this session token; null when it is unknown, over, or its user out of use. */
export function identify(hub: Hub, token: string): Promise<Who | null> {
  const cache = cacheOf(hub)
  const now = Date.now()
  const known = cache.get(token)
  if (known && known.until > now) return known.who
  const who = look(token)
  cache.set(token, { who, until: now + rememberMs })
  if (cache.size > 20_000) cache.clear()
  who.catch(() => cache.delete(token))
  return who
}

/** Reads of the same moment share a command: after a restart everybody is read again. */
const findSession = grouped<string, SessionDoc | null>(async (hashes) => {
  const docs = (await Session.find({ tokenHash: { $in: hashes } }).lean()) as SessionDoc[]
  const byHash = new Map(docs.map((doc) => [doc.tokenHash, doc]))
  return hashes.map((hash) => byHash.get(hash) ?? null)
})

const findUser = grouped<string, UserDoc | null>(async (ids) => {
  const docs = (await User.find({ _id: { $in: ids } }).lean()) as UserDoc[]
  const byId = new Map(docs.map((doc) => [doc._id.toHexString(), doc]))
  return ids.map((id) => byId.get(id) ?? null)
})

async function look(token: string): Promise<Who | null> {
  const session = await findSession(hashToken(token))
  const now = Date.now()
  if (!session || +session.expiresAt < now || now - +session.seenAt > idleMs) return null
  const user = await findUser(session.userId.toHexString())
  if (!user || user.archived) return null
  if (now - +session.seenAt > seenEveryMs)
    await Session.updateOne({ _id: session._id }, { seenAt: new Date(now) })
  return whoOf(user, session, csrfOf(token))
}

export const whoOf = (user: UserDoc, session: SessionDoc, csrf: string): Who => ({
  userId: user._id,
  sessionId: session._id,
  name: user.name,
  email: user.email,
  roles: user.roles,
  agentId: user.agentId,
  lookedAfter: user.lookedAfter ?? null,
  passwordChangeRequired: user.passwordChangeRequired,
  csrf,
  address: session.address
})

/** Ends sessions and the sockets that hang on them. */
export async function revokeSessions(
  hub: Hub,
  userId: Types.ObjectId,
  which: { only?: Types.ObjectId; except?: Types.ObjectId } = {}
) {
  await Session.deleteMany({
    userId,
    ...(which.only && { _id: which.only }),
    ...(which.except && { _id: { $ne: which.except } })
  })
  forgetSessions(hub)
  hub.stream.publish({
    name: 'session.revoked',
    payload: { userId: userId.toHexString(), sessionId: which.only?.toHexString() ?? null },
    topics: [`user:${userId.toHexString()}`]
  })
}
