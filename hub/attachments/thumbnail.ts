import { fileTypeFromBuffer } from 'file-type'

/** A small WebP of a picture, and the size of the picture itself as it is seen (turned as its camera was held). */
export interface Thumbnail {
  content: Buffer
  width: number
  height: number
}

/** Longest side of a thumbnail, in pixels. */
const mostPx = 480
/** A picture that claims more is a bomb, or nothing to look at in a thread. */
const mostPixels = 50_000_000
const mostSeconds = 10
/** Of what may be tried at all; the rest goes without. */
export const mostPictureBytes = 30_000_000

/** What sharp is given, by first bytes: no SVG, no PDF, nothing that refers to other files. */
const pictured = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif'])

export const isPictured = (type: string) => pictured.has(type)

let last: Promise<unknown> = Promise.resolve()

/** Makes a thumbnail, one at a time in a process; null where there can be none. What the camera noted is left out. */
export function makeThumbnail(content: Buffer): Promise<Thumbnail | null> {
  const made = last.then(() => make(content))
  last = made.catch(() => {})
  return made
}

async function make(content: Buffer): Promise<Thumbnail | null> {
  if (!isPictured((await fileTypeFromBuffer(content))?.mime ?? '')) return null
  // Only workers need it, and only for pictures.
  const { default: sharp } = await import('sharp')
  sharp.cache(false)
  sharp.concurrency(1)
  const picture = () => sharp(content, { limitInputPixels: mostPixels, failOn: 'error', pages: 1 })
  try {
    const { autoOrient } = await picture().metadata()
    const { width, height } = autoOrient
    const small = await picture()
      .autoOrient()
      .resize({ width: mostPx, height: mostPx, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 75 })
      .timeout({ seconds: mostSeconds })
      .toBuffer()
    return { content: small, width, height }
  } catch (error) {
    if (isOfPicture(error)) return null
    throw error
  }
}

/** What libvips says of pictures that are damaged, too large or too slow comes without a code. */
const isOfPicture = (error: unknown) =>
  error instanceof Error && (error as { code?: string }).code === undefined
