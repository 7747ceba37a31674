import { describe, expect, it } from 'vitest'
import { farSide } from '../../tests/simulators/graph/far-side.ts'
import { fetchMedia } from './media.ts'

const { graph, account } = farSide()

describe('a customer’s file', () => {
  const fetchNow = (id: string, type: string) =>
    fetchMedia({ id, name: 'a', type }, account(), AbortSignal.timeout(5000))

  it('is fetched with its type', async () => {
    const id = graph().files.keep(Buffer.from('%PDF-1.7'), 'application/pdf')
    expect(await fetchNow(id, 'application/pdf')).toMatchObject({
      name: 'a',
      type: 'application/pdf',
      content: Buffer.from('%PDF-1.7')
    })
  })

  it('claims nothing when it is not of the type that the message said', async () => {
    const id = graph().files.keep(Buffer.from('<svg/>'), 'image/svg+xml')
    expect(await fetchNow(id, 'image/png')).toMatchObject({ type: 'application/octet-stream' })
  })

  it('is not taken when it is larger than its kind, gone, or away for now', async () => {
    const large = graph().files.keep(Buffer.alloc(6 * 1024 * 1024), 'image/webp')
    await expect(fetchNow(large, 'image/webp')).rejects.toMatchObject({ reason: 'refused' })
    await expect(fetchNow('404', 'image/png')).rejects.toMatchObject({ reason: 'refused' })
    graph().answer({ kind: 'down' })
    await expect(fetchNow(large, 'image/webp')).rejects.toMatchObject({ reason: 'unreachable' })
  })

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'https://lookaside.fbsbx.com.evil.example/x',
    'https://evilfbsbx.com/x',
    'https://user@lookaside.fbsbx.com/x',
    'https://lookaside.fbsbx.com:8443/x',
    'http://lookaside.fbsbx.com/x',
    'file:///etc/passwd',
    'no address'
  ])('is not looked for at %s, nor is the token shown there', async (url) => {
    const id = graph().files.keep(Buffer.from('x'), 'image/png')
    const describe = graph().files.describe.bind(graph().files)
    graph().files.describe = (...given) => ({ ...describe(...given)!, url })
    try {
      await expect(fetchNow(id, 'image/png')).rejects.toMatchObject({
        reason: 'refused',
        message: expect.stringContaining('not Meta’s') as string
      })
    } finally {
      graph().files.describe = describe
    }
  })
})
