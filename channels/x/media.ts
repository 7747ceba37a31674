import { ChannelError, type InboundAttachment, type InboundMedia } from '../channel.ts'
import { fetchSafely, type Fetched } from '../fetch-safely.ts'
import { safeType } from '../file-name.ts'
import { failureOf } from './failure.ts'
import { take } from './https.ts'
import { limits } from './limits.ts'
import { ensurePaidFor, settingsOf, trustsAnyCertificate, type XAccount, type XSettings } from './settings.ts'
import { signedHeader } from './signed-header.ts'

/** Files of posts lie open here. */
const open = /^(pbs|video)\.twimg\.com$/
/** Files of direct messages are given to who is in the conversation and signs. */
const closed = 'ton.twitter.com'

/**
 * Takes a customer's file from X's own hosts, or the configured one. Refuses what is larger than bounds, and claims
 * nothing where message and host disagree about the type. Throws ChannelError.
 */
export async function fetchMedia(
  { id, url, name, type }: InboundMedia,
  account: XAccount,
  signal: AbortSignal
): Promise<InboundAttachment> {
  const settings = settingsOf(account)
  ensurePaidFor(settings)
  const fetched = await download(settings, url ?? id, limits.fileBytes, signal)
  return { name, content: fetched.content, type: fetched.type === type ? type : 'application/octet-stream' }
}

/** The bytes at an address that X named: signed only where that is X's own door for them. Throws ChannelError. */
export async function download(
  settings: XSettings,
  address: string,
  maxBytes: number,
  signal: AbortSignal
): Promise<Fetched> {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') {
    const isClosed = url.hostname === closed && url.port === ''
    if (isClosed || url.origin === new URL(settings.apiUrl).origin)
      return signedDownload(settings, url.href, maxBytes, signal)
    if (open.test(url.hostname) && url.port === '')
      return fetchSafely(url.href, { maxBytes, ms: limits.fileMs, signal })
  }
  throw new ChannelError('refused', 'The file is at an address that is not X’s.')
}

async function signedDownload(
  settings: XSettings,
  address: string,
  maxBytes: number,
  signal: AbortSignal
): Promise<Fetched> {
  const { status, headers, content } = await take(address, {
    headers: { authorization: signedHeader('GET', address, settings), accept: '*/*' },
    maxBytes,
    anyCertificate:
      trustsAnyCertificate(settings) && new URL(address).origin === new URL(settings.apiUrl).origin,
    ms: limits.fileMs,
    signal
  })
  if (status !== 200) throw failureOf(status, undefined, null)
  return { content, type: safeType(headers['content-type']?.split(';')[0]) }
}
