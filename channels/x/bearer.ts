import { ChannelError } from '../channel.ts'
import { failureOf } from './failure.ts'
import { take } from './https.ts'
import { limits } from './limits.ts'
import { trustsAnyCertificate, type XSettings } from './settings.ts'

/** One question in the name of the app, not of the account: what X calls app-only. Throws ChannelError. */
export async function askAsApp(settings: XSettings, path: string, signal?: AbortSignal): Promise<unknown> {
  const { apiUrl, bearerToken } = settings
  const { status, content } = await take(apiUrl.replace(/\/+$/, '') + path, {
    headers: { authorization: `Bearer ${bearerToken}`, accept: 'application/json' },
    maxBytes: limits.answerBytes,
    anyCertificate: trustsAnyCertificate(settings),
    ms: limits.testStepMs,
    signal
  })
  const body = jsonOf(content)
  if (status < 200 || status > 299) throw failureOf(status, body, null)
  if (body === undefined) throw new ChannelError('unreachable', 'The answer of X cannot be read.')
  return body
}

function jsonOf(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString())
  } catch {
    return undefined
  }
}
