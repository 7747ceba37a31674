import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { ChannelError, type Checked } from '../channel.ts'
import { ask, type Graph } from './graph.ts'
import { limits } from './limits.ts'

const Debugged = Type.Object({
  data: Type.Object({
    app_id: Type.Optional(Type.String()),
    type: Type.Optional(Type.String()),
    is_valid: Type.Optional(Type.Boolean()),
    expires_at: Type.Optional(Type.Integer()),
    data_access_expires_at: Type.Optional(Type.Integer()),
    scopes: Type.Optional(Type.Array(Type.String()))
  })
})

/** How long before its end a token is spoken of. */
const aheadMs = 14 * 86_400_000

/** What Meta says of the account's token (`debug_token`). Throws ChannelError('unauthorized') when it is of no use. */
export async function describeToken(
  graph: Graph,
  needed: readonly string[],
  signal: AbortSignal
): Promise<Static<typeof Debugged>['data']> {
  const found = await ask(graph, 'debug_token', {
    query: { input_token: graph.accessToken },
    signal,
    ms: limits.testStepMs
  })
  if (!Value.Check(Debugged, found))
    throw new ChannelError('unreachable', 'Meta does not describe the token.')
  const { is_valid: isValid = true, scopes = [] } = found.data
  if (!isValid) throw new ChannelError('unauthorized', 'Meta does not accept the access token.')
  const missing = needed.filter((scope) => !scopes.includes(scope))
  if (missing.length > 0)
    throw new ChannelError('unauthorized', `The access token lacks ${missing.join(' and ')}.`)
  return found.data
}

/** When the token ends (null: never). A token made from a person's login loses its access to data sooner. */
export async function tokenEnd(
  graph: Graph,
  needed: readonly string[],
  signal: AbortSignal
): Promise<Date | null> {
  const { expires_at: expires = 0, data_access_expires_at: access = 0 } = await describeToken(
    graph,
    needed,
    signal
  )
  const ends = [expires, access].filter((seconds) => seconds > 0)
  return ends.length === 0 ? null : new Date(Math.min(...ends) * 1000)
}

export const sayEnd = (end: Date | null): string =>
  end ? `The access token expires on ${end.toISOString().slice(0, 10)}.` : 'The access token does not expire.'

/** Does the token still hold, and until when? Says it in words two weeks ahead. */
export async function checkToken(
  graph: Graph,
  needed: readonly string[],
  signal: AbortSignal
): Promise<Checked> {
  const end = await tokenEnd(graph, needed, signal)
  return { detail: end && end.getTime() - Date.now() < aheadMs ? sayEnd(end) : '', expiresAt: end }
}
