import { ChannelError, type InboundAttachment, type Profile } from '../../channel.ts'
import { cleanLine } from '../../clean-text.ts'
import { fetchSafely } from '../../fetch-safely.ts'
import { ask } from '../graph.ts'
import { limits } from './limits.ts'
import { trustedBy } from './media.ts'
import type { Page } from './page.ts'

const pictures: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp'
}

/** What the platform shows of a person; null for those who did not agree to be seen, or are gone. Throws ChannelError. */
export async function profileOf(address: string, page: Page, signal: AbortSignal): Promise<Profile | null> {
  if (!/^\d+$/.test(address)) return null
  const { fields, read } = page.platform.profile
  const found = await orNull(ask(page.graph, address, { query: { fields }, signal }))
  if (found === null) return null
  const { name, picture: address_ } = read(found)
  const shown = cleanLine(name, limits.nameChars)
  const picture = address_ === undefined ? null : await pictureAt(address_, page, signal)
  return { ...(shown !== '' && { name: shown }), ...(picture && { picture }) }
}

/** A name without its picture is a profile as well. */
async function pictureAt(url: string, page: Page, signal: AbortSignal): Promise<InboundAttachment | null> {
  const wanted = { maxBytes: limits.pictureBytes, trusted: trustedBy(page), signal }
  const fetched = await orNull(fetchSafely(url, wanted))
  const extension = fetched && pictures[fetched.type]
  return fetched && extension !== undefined && extension !== null
    ? { name: `picture.${extension}`, type: fetched.type, content: fetched.content }
    : null
}

/** What is refused for good is not there; everything else is worth another try. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ChannelError && error.reason === 'refused') return null
    throw error
  }
}
