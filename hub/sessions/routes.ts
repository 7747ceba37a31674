import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/user'
import type { Hub } from '../hub.ts'
import { traceAction } from '../audit/trace.ts'
import { changePresence } from '../agents/presence.ts'
import { isOwnOrigin } from '../plugins/origin.ts'
import { serve, sessionCookie } from '../plugins/serve.ts'
import { cleanComposed } from '../messages/clean-composed.ts'
import { found, refuse } from '../refuse.ts'
import { User, defaultPreferences, type UserDoc } from '../users/user.model.ts'
import { setPassword } from '../users/keep.ts'
import { forgetSessions, identify, revokeSessions, sessionDays } from './identify.ts'
import { readMe } from './me.ts'
import { isPassword } from './password.ts'
import { Session } from './session.model.ts'
import { signIn } from './sign-in.ts'
import { actorOf } from './who.ts'

export function sessionRoutes(app: FastifyInstance, hub: Hub) {
  const cookie = {
    httpOnly: true,
    sameSite: 'lax' as const,
    secure: hub.env.PUBLIC_URL.startsWith('https:'),
    path: '/',
    maxAge: sessionDays * 86_400
  }

  serve(app, hub, route.signIn, async ({ input, request, reply }) => {
    if (!isOwnOrigin(hub.env, request)) return refuse('wrong-origin')
    const { token, who } = await signIn(hub, input.body, {
      address: request.ip,
      userAgent: request.headers['user-agent'] ?? ''
    })
    void reply.setCookie(sessionCookie, token, cookie)
    return readMe(hub, (await identify(hub, token)) ?? who)
  })

  serve(app, hub, route.signOut, async ({ who, reply }) => {
    await revokeSessions(hub, who.userId, { only: who.sessionId })
    await traceAction(actorOf(who), 'session.signOut', 'session', who.sessionId.toHexString())
    const others = await Session.exists({ userId: who.userId })
    if (who.agentId && !others)
      await changePresence(hub, who.agentId, { state: 'offline', cause: 'signed-out' }, actorOf(who))
    void reply.clearCookie(sessionCookie, { path: '/' })
    return { ok: true as const }
  })

  serve(app, hub, route.readMe, ({ who }) => readMe(hub, who))

  serve(app, hub, route.listSessions, async ({ who }) => {
    const sessions = await Session.find({ userId: who.userId }).sort({ seenAt: -1 }).lean()
    return {
      items: sessions.map((session) => ({
        id: session._id.toHexString(),
        current: session._id.equals(who.sessionId),
        userAgent: session.userAgent,
        address: session.address,
        createdAt: session.createdAt.toISOString(),
        seenAt: session.seenAt.toISOString()
      }))
    }
  })

  serve(app, hub, route.revokeSession, async ({ input, who }) => {
    const session = found(await Session.findOne({ _id: input.params.id, userId: who.userId }).lean())
    await revokeSessions(hub, who.userId, { only: session._id })
    await traceAction(actorOf(who), 'session.revoke', 'session', input.params.id)
    return { ok: true as const }
  })

  serve(app, hub, route.changePassword, async ({ input, who }) => {
    const user = found((await User.findById(who.userId).lean()) as UserDoc | null)
    if (!(await isPassword(user.passwordHash, input.body.current))) return refuse('wrong-credentials')
    if (input.body.next === input.body.current) return refuse('weak-password', 'It is the one of before')
    await setPassword(hub, actorOf(who), user._id.toHexString(), input.body.next, false)
    await revokeSessions(hub, user._id, { except: who.sessionId })
    return { ok: true as const }
  })

  serve(app, hub, route.savePreferences, async ({ input, who }) => {
    const user = found((await User.findById(who.userId).lean()) as UserDoc | null)
    const given = input.body
    const preferences = {
      ...defaultPreferences,
      ...user.preferences,
      ...given,
      ...(given.signature !== undefined && { signature: cleanComposed(given.signature) })
    }
    await User.updateOne({ _id: user._id }, { preferences })
    forgetSessions(hub)
    return preferences
  })
}
