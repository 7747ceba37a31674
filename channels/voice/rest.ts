import type { CallInfo, UpdateCallRequest } from '@jambonz/sdk/types'
import type { NewParty } from '../call.ts'
import { ChannelError } from '../channel.ts'
import { callBody } from './dial.ts'
import { idIn, isRecord } from './fields.ts'
import { limits } from './limits.ts'
import { settingsOf, type VoiceAccount } from './settings.ts'
import { messageOf } from './valid.ts'

/** Calls somebody with no call there yet. Resolves with the id of the party, whose line comes when it rings. */
export async function place(party: NewParty, account: VoiceAccount): Promise<string> {
  const { applicationSid, hubUrl } = settingsOf(account)
  if (applicationSid === '' && hubUrl === '')
    throw new ChannelError(
      'refused',
      'Calling needs the application SID, or this server’s address for jambonz'
    )
  const hub = hubUrl.replace(/^http/, 'ws').replace(/\/$/, '')
  const made = await rest(account, 'POST', '/Calls', callBody(party, account, applicationSid, hub))
  const sid = isRecord(made) ? idIn(made, 'sid') : null
  if (sid === null) throw new ChannelError('refused', 'jambonz did not say which call it made')
  return sid
}

/**
 * Ends a call, whether it rings or talks: jambonz ends the one by `completed`, the other by `no-answer`, and takes one at a
 * time. Without effect when it is over.
 */
export async function end(partyId: string, account: VoiceAccount): Promise<void> {
  const path = `/Calls/${encodeURIComponent(partyId)}`
  const ways: UpdateCallRequest[] = [{ call_status: 'completed' }, { call_status: 'no-answer' }]
  for (const way of ways) if (!(await rest(account, 'PUT', path, way, [404, 422]))) return
}

/** Ids of the parties that jambonz knows. */
export async function parties(account: VoiceAccount): Promise<Set<string>> {
  const calls = await rest(account, 'GET', '/Calls')
  if (!Array.isArray(calls)) throw new ChannelError('refused', 'jambonz did not list its calls')
  return new Set(
    (calls as Partial<CallInfo>[]).flatMap((call) => (isRecord(call) ? (idIn(call, 'call_sid') ?? []) : []))
  )
}

/**
 * One request to the account's part of jambonz's REST interface, within its time. Resolves with the JSON of the
 * answer (true when it has none), null for the statuses in `none`. The SDK's own client has neither time-outs nor
 * errors that tell a wrong key from a server that is away.
 */
export async function rest(
  account: VoiceAccount,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: object,
  none: number[] = [],
  signal: AbortSignal = AbortSignal.timeout(limits.restMs)
): Promise<unknown> {
  const { restUrl, accountSid, apiKey } = settingsOf(account)
  if (restUrl === '' || accountSid === '' || apiKey === '')
    throw new ChannelError('refused', 'The REST interface is not set up: address, account SID and API key')
  const base = restUrl.replace(/\/+$/, '').replace(/\/v1$/, '')
  const url = `${base}/v1/Accounts/${encodeURIComponent(accountSid)}${path}`
  try {
    const response = await fetch(url, {
      method,
      signal,
      // The key is for this address only.
      redirect: 'error',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) })
    })
    const text = await response.text()
    if (none.includes(response.status)) return null
    if (!response.ok) throw failure(response, text)
    return text === '' ? true : jsonOf(text)
  } catch (error) {
    if (error instanceof ChannelError) throw error
    throw new ChannelError('unreachable', `jambonz cannot be reached: ${reasonOf(error)}`, { cause: error })
  }
}

function failure({ status, headers }: Response, text: string): ChannelError {
  const said = text.replace(/\s+/g, ' ').slice(0, 200)
  if (status === 401 || status === 403) return new ChannelError('unauthorized', 'jambonz refuses the API key')
  if (status === 429) {
    const seconds = Number(headers.get('retry-after'))
    return new ChannelError('rate-limited', 'jambonz asks for fewer requests', {
      retryAfterMs: seconds > 0 ? seconds * 1000 : undefined
    })
  }
  if (status >= 500) return new ChannelError('unreachable', `jambonz answered ${status}: ${said}`)
  return new ChannelError('refused', `jambonz answered ${status}: ${said}`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return true
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error)
