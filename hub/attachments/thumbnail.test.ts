import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { makeThumbnail } from './thumbnail.ts'

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#806040' } })

describe('a thumbnail', () => {
  it.each(['jpeg', 'png', 'webp', 'gif'] as const)(
    'of a %s is a WebP of at most 480 pixels',
    async (format) => {
      const thumb = await makeThumbnail(await picture(1200, 600).toFormat(format).toBuffer())
      expect([thumb?.width, thumb?.height]).toEqual([1200, 600])
      const { format: made, width, height } = await sharp(thumb?.content).metadata()
      expect([made, width, height]).toEqual(['webp', 480, 240])
    }
  )

  it('of a small picture is not larger than it', async () => {
    const thumb = await makeThumbnail(await picture(20, 10).png().toBuffer())
    expect(await sharp(thumb?.content).metadata()).toMatchObject({ width: 20, height: 10 })
  })

  it('stands as the camera was held, and tells nothing that the camera noted', async () => {
    const held = await picture(300, 200)
      .withExif({ IFD0: { Copyright: 'A photographer' }, IFD3: { GPSLatitude: '14/1 41/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect((await sharp(held).metadata()).orientation).toBe(6)
    const thumb = await makeThumbnail(held)
    expect([thumb?.width, thumb?.height]).toEqual([200, 300])
    const { exif, orientation, icc, xmp } = await sharp(thumb?.content).metadata()
    expect([exif, orientation, icc, xmp]).toEqual([undefined, undefined, undefined, undefined])
  })

  it('of something that moves is its first frame', async () => {
    const frames = await Promise.all(
      ['#ff0000', '#0000ff'].map((background) =>
        sharp({ create: { width: 8, height: 8, channels: 3, background } })
          .png()
          .toBuffer()
      )
    )
    const moving = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer()
    expect((await sharp(moving).metadata()).pages).toBe(2)
    const thumb = await makeThumbnail(moving)
    expect([thumb?.width, thumb?.height]).toEqual([8, 8])
    const { pages = 1 } = await sharp(thumb?.content).metadata()
    expect(pages).toBe(1)
    const [red = 0, , blue = 0] = await sharp(thumb?.content).removeAlpha().raw().toBuffer()
    expect(red).toBeGreaterThan(blue)
  })

  it.each([
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['a page', Buffer.from('<html><script>alert(1)</script>')],
    ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n')],
    ['nothing', Buffer.alloc(0)],
    ['the head of a PNG only', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['the head of a JPEG only', Buffer.from('ffd8ffe000104a464946000101', 'hex')]
  ])('is not made of %s', async (_, content) => {
    expect(await makeThumbnail(content)).toBeNull()
  })

  it('is not made of a picture that is cut off', async () => {
    const whole = await picture(900, 900).jpeg().toBuffer()
    expect(await makeThumbnail(whole.subarray(0, whole.length - 400))).toBeNull()
  })

  it('is not made of a bomb: little to store, and too much to draw', async () => {
    const bomb = await picture(12_000, 6_000).png({ compressionLevel: 9 }).toBuffer()
    expect(bomb.length).toBeLessThan(1_000_000)
    expect(await makeThumbnail(bomb)).toBeNull()
  })
})
