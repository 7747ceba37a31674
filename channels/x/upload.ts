import { setTimeout as sleep } from 'node:timers/promises'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { ChannelError, type OutboundAttachment } from '../channel.ts'
import { limits } from './limits.ts'
import type { XPort } from './port.ts'

const Uploaded = Type.Object({
  data: Type.Object({
    id: Type.String({ pattern: '^\\d{1,19}$' }),
    processing_info: Type.Optional(
      Type.Object({ state: Type.String(), check_after_secs: Type.Optional(Type.Number()) })
    )
  })
})
type Uploaded = Static<typeof Uploaded>['data']

type FileKind = 'image' | 'gif' | 'video'

/** What X carries a file as. Throws ChannelError('refused') for what it does not carry. */
export function kindOf({ name, type, content }: OutboundAttachment): FileKind {
  const kind = /^image\/(jpeg|png|webp)$/.test(type)
    ? 'image'
    : type === 'image/gif'
      ? 'gif'
      : /^video\/(mp4|quicktime)$/.test(type)
        ? 'video'
        : null
  if (kind === null)
    throw new ChannelError(
      'refused',
      `${name}: X carries only pictures (JPEG, PNG, WebP, GIF) and films (MP4).`
    )
  const most = kind === 'image' ? limits.imageBytes : kind === 'gif' ? limits.gifBytes : limits.sentFileBytes
  if (content.byteLength > most)
    throw new ChannelError(
      'refused',
      `${name}: X carries at most ${String(most / 1024 / 1024)} MB of this kind.`
    )
  return kind
}

/** Hands a file up in pieces (v2 media upload) and waits until X has it ready; its id there. Throws ChannelError. */
export async function upload(port: XPort, file: OutboundAttachment, use: 'dm' | 'tweet'): Promise<string> {
  const begun = await post(port, '/2/media/upload/initialize', '', {
    media_type: file.type,
    total_bytes: file.content.byteLength,
    media_category: `${use}_${kindOf(file)}`
  })
  const { id } = dataOf(begun)
  const content = Buffer.from(file.content)
  for (let piece = 0; piece * limits.pieceBytes < content.length; piece++)
    await post(port, '/2/media/upload/:id/append', id, {
      segment_index: piece,
      media: content.subarray(piece * limits.pieceBytes, (piece + 1) * limits.pieceBytes).toString('base64')
    })
  await untilReady(port, dataOf(await post(port, '/2/media/upload/:id/finalize', id, {})))
  return id
}

const post = (port: XPort, endpoint: string, id: string, json: object) =>
  port.ask({ method: 'POST', endpoint, params: { id }, json, ms: limits.fileMs })

function dataOf(answer: unknown): Uploaded {
  if (!Value.Check(Uploaded, answer))
    throw new ChannelError('unreachable', 'X does not say that it has the file.')
  return answer.data
}

/** Films are looked at before they may be sent; X says when to ask again. */
async function untilReady(port: XPort, begun: Uploaded): Promise<void> {
  const until = Date.now() + limits.processingMs
  let { processing_info: state } = begun
  while (state && state.state !== 'succeeded') {
    if (state.state === 'failed') throw new ChannelError('refused', 'X does not take the file.')
    const pause = Math.max(0.2, state.check_after_secs ?? 1) * 1000
    if (Date.now() + pause > until)
      throw new ChannelError('unreachable', 'X takes too long to look at the file.')
    await sleep(pause)
    const asked = await port.ask({
      method: 'GET',
      endpoint: '/2/media/upload',
      query: { command: 'STATUS', media_id: begun.id }
    })
    state = dataOf(asked).processing_info
  }
}
