import type { Hub } from '../hub.ts'
import { AuditEntry } from '../audit/audit.model.ts'
import { refuse } from '../refuse.ts'
import { User, type UserDoc } from '../users/user.model.ts'
import { Types } from 'mongoose'
import { csrfOf, hashToken, newToken, sessionDays, whoOf } from './identify.ts'
import { hashPassword, isPassword } from './password.ts'
import { Session, type SessionDoc } from './session.model.ts'
import type { Who } from './who.ts'

const failuresAllowed = 5
const lockMs = 5 * 60_000

/** Compared with when there is no such user, so that the answer takes as long. */
let nobody: Promise<string> | null = null

async function audit(email: string, user: UserDoc | null, address: string, outcome: string) {
  await AuditEntry.create({
    key: new Types.ObjectId().toHexString(),
    at: new Date(),
    actorId: user?._id.toHexString() ?? null,
    actorName: user?.name ?? email.slice(0, 200),
    address,
    action: 'session.signIn',
    subject: 'session',
    subjectId: user?._id.toHexString() ?? null,
    changes: {},
    outcome
  })
}

/**
 * Signs in by address and password. Five wrong passwords in a row lock the login for five minutes; the answer does
 * not tell whether an address is known. Refuses `wrong-credentials`, `account-locked`.
 */
export async function signIn(
  hub: Hub,
  { email, password }: { email: string; password: string },
  from: { address: string; userAgent: string }
): Promise<{ token: string; who: Who }> {
  const user = (await User.findOne({ email: email.trim().toLowerCase() }).lean()) as UserDoc | null
  const now = new Date()
  nobody ??= hashPassword(newToken())
  const locked = (user?.lockedUntil ?? now) > now
  const right = await isPassword(user && !user.archived ? user.passwordHash : await nobody, password)
  if (!user || user.archived || locked || !right) {
    await audit(email, user, from.address, locked ? 'locked' : 'wrong-credentials')
    if (locked) return refuse('account-locked')
    if (user && !user.archived) await countFailure(user, now)
    return refuse('wrong-credentials')
  }
  const token = newToken()
  const session: SessionDoc = {
    _id: new Types.ObjectId(),
    tokenHash: hashToken(token),
    userId: user._id,
    userAgent: from.userAgent.slice(0, 300),
    address: from.address,
    createdAt: now,
    seenAt: now,
    expiresAt: new Date(now.getTime() + sessionDays * 86_400_000)
  }
  await Session.create(session)
  await User.updateOne({ _id: user._id }, { failures: 0, lockedUntil: null, lastSignInAt: now })
  await audit(email, user, from.address, 'done')
  hub.log.info({ userId: user._id }, 'signed in')
  return { token, who: whoOf(user, session, csrfOf(token)) }
}

async function countFailure(user: UserDoc, now: Date) {
  const { failures } = (await User.findByIdAndUpdate(
    user._id,
    { $inc: { failures: 1 } },
    { returnDocument: 'after' }
  ).lean()) as UserDoc
  if (failures >= failuresAllowed)
    await User.updateOne({ _id: user._id }, { failures: 0, lockedUntil: new Date(now.getTime() + lockMs) })
}
