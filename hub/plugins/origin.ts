import type { FastifyRequest } from 'fastify'
import type { Env } from '@palabre/config/env'

/**
 * Does the request come from our own pages (or from no page at all)? Browsers always send Origin with a WebSocket and
 * with a request that changes something, so a foreign page is seen by it.
 */
export function isOwnOrigin(env: Env, request: FastifyRequest): boolean {
  const { origin } = request.headers
  if (origin === undefined) return true
  if (env.PUBLIC_URL) return origin === new URL(env.PUBLIC_URL).origin
  try {
    return new URL(origin).host === request.headers.host
  } catch {
    return false
  }
}
