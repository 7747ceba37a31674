import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Input, Reply, Route } from '@palabre/config/contract/define'
import { RefusalReply } from '@palabre/config/contract/errors'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { hashToken, identify } from '../sessions/identify.ts'
import { checkStranger, noteStranger } from '../sessions/strangers.ts'
import { may, type Who } from '../sessions/who.ts'

export const sessionCookie = 'palabre_session'

export interface Call<T extends Route> {
  input: Input<T>
  /** Who asks; on public and visitor routes there may be nobody. */
  who: Who
  request: FastifyRequest
  reply: FastifyReply
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Requests are counted, and too many refused. */
    isLimited: boolean
  }
  interface FastifyRequest {
    who: Who | null
  }
  interface FastifyContextConfig {
    route?: Route
  }
}

const addressOf = (request: FastifyRequest) => request.ip

/** Who is signed in is counted by themselves: a whole office may stand behind one address. */
function sessionOf(request: FastifyRequest): string {
  const token = request.cookies[sessionCookie]
  return token === undefined ? request.ip : hashToken(token)
}

/** Routes mounted so far, by name; a test holds them against the contract. */
export const mounted = new Set<string>()

/** Works with a password that has to be changed: only what is needed to change it. */
const allowedBeforeChange = new Set(['session.read', 'session.signOut', 'password.change'])

async function guard(hub: Hub, route: Route, request: FastifyRequest) {
  request.who = null
  if (route.permission === 'public' || route.permission === 'visitor') return
  const token = request.cookies[sessionCookie]
  if (!token) return refuse('not-signed-in')
  const { isLimited } = request.server
  if (isLimited) checkStranger(request.ip)
  const who = await identify(hub, token)
  if (!who) {
    if (isLimited) noteStranger(request.ip)
    return refuse('not-signed-in')
  }
  if (route.method !== 'GET' && request.headers['x-csrf-token'] !== who.csrf)
    return refuse('wrong-origin', 'The x-csrf-token header is missing or wrong')
  if (who.passwordChangeRequired && !allowedBeforeChange.has(route.name))
    return refuse('password-change-required')
  if (route.permission !== 'signed-in' && !may(who, route.permission)) return refuse('not-permitted')
  request.who = who
}

/**
 * Mounts one contract route: permission, validation, OpenAPI and the shape of the reply come from its declaration.
 * There is no other way to mount one, so none is unguarded by accident.
 */
export function serve<T extends Route>(
  app: FastifyInstance,
  hub: Hub,
  route: T,
  handle: (call: Call<T>) => Promise<Reply<T> | FastifyReply>
) {
  const { name, summary, method, url, permission, params, query, body, reply, upload, download, bodyLimit } =
    route
  mounted.add(name)
  app.route({
    method,
    url,
    config: {
      route,
      rateLimit: {
        max: route.perMinute ?? (permission === 'public' ? 120 : 3000),
        timeWindow: 60_000,
        keyGenerator: permission === 'public' || permission === 'visitor' ? addressOf : sessionOf
      }
    },
    ...(bodyLimit !== undefined && { bodyLimit }),
    schema: {
      operationId: name,
      summary,
      tags: [name.split('.')[0] ?? name],
      ...(permission !== 'public' && {
        security: [permission === 'visitor' ? { visitor: [] } : { session: [] }],
        description: `Permission: ${permission}`
      }),
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(body && { body }),
      ...(upload && { consumes: ['multipart/form-data'] }),
      response: {
        ...(download ? {} : { 200: reply }),
        '4xx': RefusalReply,
        '5xx': RefusalReply
      }
    },
    // Before the body is read: whoever may not, does not make us read it.
    onRequest: (request) => guard(hub, route, request),
    handler: (request, fastifyReply) =>
      handle({
        input: { params: request.params, query: request.query, body: request.body } as unknown as Input<T>,
        who: request.who as Who,
        request,
        reply: fastifyReply
      })
  })
}
