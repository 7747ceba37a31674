import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { BulkError } from '../bulk.ts'
import { MetaError, reasonOf } from '../meta/failure.ts'
import { limits } from '../meta/limits.ts'
import { networkReason } from '../network-error.ts'
import { followsFrom, pauseAfter } from './bulk-failure.ts'
import { graphOf, settingsOf, type WhatsappAccount } from './settings.ts'

const Accepted = Type.Object({
  messages: Type.Array(Type.Object({ id: Type.String({ minLength: 1 }) }), { minItems: 1 })
})
const Refused = Type.Object({ error: MetaError })

/** No connection stood yet: nothing has left. */
const neverLeft =
  /^(ECONNREFUSED|ENOTFOUND|EDNS|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/

/**
 * Hands one message over, once: the id that Meta has for it. Unlike `ask`, it tells what has not been taken from what
 * may have been. Throws BulkError, `unknown` where nobody can say.
 */
export async function postOnce(account: WhatsappAccount, body: object): Promise<string> {
  const { baseUrl, version, accessToken } = graphOf(account)
  const { phoneNumberId } = settingsOf(account)
  let response: Response
  let text: string
  try {
    response = await fetch(`${baseUrl.replace(/\/+$/, '')}/${version}/${phoneNumberId}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
      body: JSON.stringify(body),
      // A redirect could carry the token elsewhere.
      redirect: 'error',
      signal: AbortSignal.timeout(limits.callMs)
    })
    text = await response.text()
  } catch (error) {
    throw brokenBy(error)
  }
  const answer = jsonOf(text)
  if (response.ok && Value.Check(Accepted, answer)) return answer.messages[0]!.id
  throw refusedBy(response, answer)
}

function brokenBy(error: unknown): BulkError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const { code = '' } = cause as { code?: string }
  const words = `Meta cannot be reached: ${networkReason(cause)}`
  return new BulkError(neverLeft.test(code) ? 'unreachable' : 'unknown', words, { cause: error })
}

function refusedBy(response: Response, answer: unknown): BulkError {
  // Without a word of Meta's own (a page of a proxy, half an answer) nobody knows whether it was taken.
  if (!Value.Check(Refused, answer)) {
    const words = `Meta answered ${String(response.status)}.`
    if (response.status === 401) return new BulkError('unauthorized', words)
    return new BulkError(response.ok || response.status >= 500 ? 'unknown' : 'refused', words)
  }
  const { error } = answer
  const seconds = Number(response.headers.get('retry-after') ?? 0)
  return new BulkError(followsFrom(error.code), reasonOf(error), {
    code: error.code,
    status: String(error.code),
    retryAfterMs: Math.max(pauseAfter(error.code), seconds > 0 ? seconds * 1000 : 0)
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
