import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import {
  ChannelError,
  type InboundAttachment,
  type InboundMedia,
  type OutboundAttachment
} from '../channel.ts'
import { safeType } from '../file-name.ts'
import { ask, download } from '../meta/graph.ts'
import { limits as metaLimits } from '../meta/limits.ts'
import { limits } from './limits.ts'
import { graphOf, settingsOf, type WhatsappAccount } from './settings.ts'

const Located = Type.Object({
  url: Type.String({ maxLength: 4000 }),
  mime_type: Type.Optional(Type.String()),
  sha256: Type.Optional(Type.String()),
  file_size: Type.Optional(Type.Union([Type.Integer(), Type.String({ pattern: '^\\d+$' })]))
})
const Taken = Type.Object({ id: Type.String({ minLength: 1 }) })

/**
 * Takes a customer's file: Meta names an address that is good for five minutes, then gives the bytes to who has the
 * token. Refuses what is larger than WhatsApp carries, and what is not the file that Meta named.
 */
export async function fetchMedia(
  { id, name, type }: InboundMedia,
  account: WhatsappAccount,
  signal: AbortSignal
): Promise<InboundAttachment> {
  const graph = graphOf(account)
  const { phoneNumberId } = settingsOf(account)
  const located = await ask(graph, encodeURIComponent(id), {
    query: { phone_number_id: phoneNumberId },
    signal
  })
  if (!Value.Check(Located, located))
    throw new ChannelError('refused', 'Meta does not say where the file is.')
  const most = mostOf(type)
  if (Number(located.file_size ?? 0) > most)
    throw new ChannelError('refused', `The file is larger than ${String(most)} bytes.`)
  const content = await download(graph, located.url, most, signal)
  if (!isWhole(content, located.sha256)) throw new ChannelError('unreachable', 'The file came damaged.')
  return { name, content, type: agreed(type, safeType(located.mime_type?.split(';')[0])) }
}

/** What WhatsApp carries of files of this type; a document may be of any. */
const mostOf = (type: string) => (type === 'image/webp' ? limits.imageBytes : limits.documentBytes)

/** Message and file name the type apart; where they differ, nothing is claimed. */
const agreed = (said: string, located: string) => (said === located ? said : 'application/octet-stream')

function isWhole(content: Uint8Array, sha256: string | undefined): boolean {
  if (sha256 === undefined) return true
  const hash = createHash('sha256').update(content).digest()
  // In hex here, in base64 in webhooks.
  return [hash.toString('hex'), hash.toString('base64')].includes(sha256)
}

type MediaKind = 'image' | 'audio' | 'video' | 'document'

/** What a file leaves as. */
export function kindOf({ type, content }: OutboundAttachment): MediaKind {
  const size = content.byteLength
  if (/^image\/(jpeg|png)$/.test(type) && size <= limits.imageBytes) return 'image'
  if (/^audio\/(aac|mp4|mpeg|amr|ogg)$/.test(type) && size <= limits.audioBytes) return 'audio'
  if (/^video\/(mp4|3gpp)$/.test(type) && size <= limits.videoBytes) return 'video'
  return 'document'
}

/** A file that Meta has. */
export interface Uploaded {
  name: string
  kind: MediaKind
  id: string
}

/** A file as messages name it. */
export const mediaOf = ({ kind, id, name }: Uploaded) => ({
  id,
  ...(kind === 'document' && { filename: name })
})

/** Hands a file to Meta, which keeps it for 30 days; its id there. */
export async function upload(
  { name, type, content }: OutboundAttachment,
  account: WhatsappAccount
): Promise<string> {
  const form = new FormData()
  form.append('messaging_product', 'whatsapp')
  form.append('type', type)
  form.append('file', new Blob([Buffer.from(content)], { type }), name)
  const { phoneNumberId } = settingsOf(account)
  const answer = await ask(graphOf(account), `${phoneNumberId}/media`, {
    method: 'POST',
    form,
    ms: metaLimits.fileMs
  })
  if (!Value.Check(Taken, answer))
    throw new ChannelError('unreachable', 'Meta does not say that it has the file.')
  return answer.id
}
