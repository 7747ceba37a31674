import type { FastifyReply, FastifyRequest } from 'fastify'
import { findContact } from './find.ts'
import { openPicture } from './picture.ts'

/** Whether there is a picture is asked again after ten minutes; one that is named by its id never changes. */
const askAgainSeconds = 600
const namedSeconds = 86_400 * 30

/** Sends a contact's picture; 204 when there is none. Refuses `not-found` for an unknown contact. */
export async function sendPicture(
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
  named: string | undefined
): Promise<FastifyReply> {
  const { pictureId } = await findContact(id)
  const isNamed = pictureId?.toHexString() === named
  reply
    .header(
      'cache-control',
      `private, max-age=${String(isNamed && pictureId ? namedSeconds : askAgainSeconds)}`
    )
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
  const tag = pictureId && `"${pictureId.toHexString()}"`
  if (tag && request.headers['if-none-match'] === tag) return reply.code(304).send()
  const picture = pictureId ? await openPicture(pictureId) : null
  if (!picture || !tag) return reply.code(204).send()
  return reply
    .header('etag', tag)
    .header('content-type', 'image/webp')
    .header('content-disposition', 'inline; filename="picture.webp"')
    .header('content-length', picture.length)
    .send(picture.content)
}
