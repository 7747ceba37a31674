import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { lookUp } from '../sources/look-up.ts'
import { LookupError } from '../sources/pool.ts'
import { RequestError, sendRequest, valueAt } from './request.ts'
import { openSecret } from './secrets.ts'
import type { Act, FlowInput, FlowState } from './state.ts'

/** What the hub does by itself, between two answers of the caller. */
export type Effect = Extract<Act, { kind: 'lookup' | 'request' }>

export const isEffect = (act: Act): act is Effect => act.kind === 'lookup' || act.kind === 'request'

/** Of a flow, what its requests need beside what is in the act. */
export interface Permitted {
  _id: Types.ObjectId
  hosts: readonly string[]
  secrets: Record<string, string>
}

/** Does it, in bounded time, and says what came of it. Never rejects. */
export async function perform(
  hub: Hub,
  permitted: () => Promise<Permitted>,
  { callId }: Pick<FlowState, 'callId'>,
  act: Effect
): Promise<FlowInput> {
  const { id } = act
  try {
    if (act.kind === 'lookup')
      return { kind: 'rows', id, rows: await lookUp(hub, act.sourceId, act.query, act.values) }
    const { method, url, body, timeoutMs, paths } = act
    const own = await permitted()
    const document = await sendRequest({
      method,
      url,
      body: method === 'POST' ? body : null,
      timeoutMs,
      hosts: own.hosts,
      allowsPrivate: hub.env.FLOW_PRIVATE_HOSTS,
      headers: {
        ...headersOf(hub, own, act),
        // The far side can tell a repeat, after a node of ours went away in the middle.
        ...(method === 'POST' && { 'idempotency-key': `${callId}-${id}` })
      }
    })
    return { kind: 'reply', id, values: paths.map((path) => valueAt(document, path)) }
  } catch (error) {
    if (error instanceof LookupError)
      // What a database says about a query may hold what the caller pressed.
      return {
        kind: 'failed',
        id,
        code: `lookup-${error.fault}`,
        detail: error.fault === 'query' ? '' : error.message
      }
    if (error instanceof RequestError) return { kind: 'failed', id, code: error.code, detail: error.message }
    hub.log.error({ err: error, callId }, 'an effect of a flow failed')
    return { kind: 'failed', id, code: 'unexpected', detail: '' }
  }
}

function headersOf(hub: Hub, permitted: Permitted, { headers }: Extract<Effect, { kind: 'request' }>) {
  return Object.fromEntries(
    headers.map(({ name, value, secret }) => {
      if (secret === undefined) return [name, value ?? '']
      const opened = openSecret(hub, permitted, secret)
      if (opened === null) throw new RequestError('request-forbidden', `There is no secret ${secret}`)
      return [name, opened]
    })
  )
}
