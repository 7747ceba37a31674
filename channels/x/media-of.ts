import type { InboundMedia } from '../channel.ts'
import type { Media, OldMedia } from './payload.ts'

interface Variant {
  content_type?: string | undefined
  url?: string | undefined
  rate: number
}

interface Found {
  id: string
  kind: string
  url: string | undefined
  variants: Variant[]
}

export const mediaOf = ({ media_key: id, type, url, variants = [] }: Media): InboundMedia | null =>
  describe({
    id,
    kind: type,
    url,
    variants: variants.map(({ bit_rate: rate = 0, ...variant }) => ({ ...variant, rate }))
  })

export const oldMediaOf = ({ id_str: id, type, media_url_https: url, video_info: video }: OldMedia) =>
  describe({
    id: id ?? url ?? '',
    kind: type,
    url,
    variants: (video?.variants ?? []).map(({ bitrate: rate = 0, ...variant }) => ({ ...variant, rate }))
  })

/** A file to be fetched: the best film, or the picture. Null for what has no address. */
function describe({ id, kind, url, variants }: Found): InboundMedia | null {
  const film = variants
    .filter(({ content_type: type, url: at }) => type === 'video/mp4' && at)
    .sort((a, b) => b.rate - a.rate)[0]
  const address = film?.url ?? url
  if (id === '' || !address || address.length > 4000) return null
  if (film || kind !== 'photo')
    return {
      id,
      url: address,
      name: kind === 'animated_gif' ? 'animation.mp4' : 'video.mp4',
      type: 'video/mp4'
    }
  const extension = /\.(png|webp|gif)(?:$|[?:])/i.exec(address)?.[1]?.toLowerCase() ?? 'jpg'
  return {
    id,
    url: address,
    name: `image.${extension}`,
    type: extension === 'jpg' ? 'image/jpeg' : `image/${extension}`
  }
}
