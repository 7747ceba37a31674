import { Type } from 'typebox'
import { Value } from 'typebox/value'
import {
  ChannelError,
  type InboundAttachment,
  type InboundMedia,
  type OutboundAttachment
} from '../../channel.ts'
import { fetchSafely } from '../../fetch-safely.ts'
import { ask } from '../graph.ts'
import { limits as metaLimits } from '../limits.ts'
import { limits } from './limits.ts'
import type { FileKind, Page } from './page.ts'

const Uploaded = Type.Object({ attachment_id: Type.String({ minLength: 1 }) })
const anyType = 'application/octet-stream'

const extensions: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm'
}

/** Where what stands in for Meta may serve files, though its address is private. */
export const trustedBy = ({ graph }: Page): string[] => [new URL(graph.baseUrl).origin]

/**
 * Takes a customer's file from the address that the webhook named: it is good for some days and asks for no token.
 * Bounded, from public addresses only, and of the type that was claimed. Throws ChannelError.
 */
export async function fetchFile(
  { url, name, type: claimed }: InboundMedia,
  page: Page,
  signal: AbortSignal
): Promise<InboundAttachment> {
  if (url === undefined) throw new ChannelError('refused', 'Meta did not say where the file is.')
  const { content, type: served } = await fetchSafely(url, {
    maxBytes: limits.fileBytes,
    trusted: trustedBy(page),
    ms: metaLimits.fileMs,
    signal
  })
  const type = agreed(claimed, served)
  const extension = extensions[type]
  return {
    name: extension === undefined || /\.\w{1,8}$/.test(name) ? name : `${name}.${extension}`,
    type,
    content
  }
}

/** A picture, a sound or a film has to be one; of a file the server's word is as good as any. */
function agreed(claimed: string, served: string): string {
  const isShown = served in extensions
  if (claimed === anyType) return isShown || !/^(image|text)\//.test(served) ? served : anyType
  return isShown && served.split('/')[0] === claimed.split('/')[0] ? served : anyType
}

/** Hands a file to Meta; its id there. */
export async function upload(
  { name, type, content }: OutboundAttachment,
  kind: FileKind,
  { graph, pageId, platform }: Page
): Promise<string> {
  const form = new FormData()
  if (platform.object === 'instagram') form.append('platform', 'instagram')
  form.append('message', JSON.stringify({ attachment: { type: kind, payload: { is_reusable: true } } }))
  form.append('filedata', new Blob([Buffer.from(content)], { type }), plainName(name))
  const answer = await ask(graph, `${pageId}/message_attachments`, {
    method: 'POST',
    form,
    ms: metaLimits.fileMs
  })
  if (!Value.Check(Uploaded, answer))
    throw new ChannelError('unreachable', 'Meta does not say that it has the file.')
  return answer.attachment_id
}

/** Meta takes names in ASCII only. */
const plainName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\x20-\x7e]|["\\/]/g, '_')
