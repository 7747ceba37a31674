import type { FastifyInstance } from 'fastify'
import type { WebhookRequest } from '@palabre/channels/channel'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { answerHandshake, hookedAccount, receiveCall } from './webhook.ts'

/** Meta's largest call; other providers stay far below. */
const bodyBytes = 3 * 1024 * 1024
/** Providers come from few addresses, and come in storms; what they send is proved, each call. */
const perMinute = 120_000

interface ToAccount {
  Params: { accountId: string }
}

/** The providers' door, /hooks/:accountId: their calls (POST) and their question whether it is ours (GET). */
export function accountHooks(app: FastifyInstance, hub: Hub) {
  // Signatures are over the bytes as they came.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytes }, (_request, body, done) => {
    done(null, body)
  })
  const config = { rateLimit: { max: perMinute, timeWindow: 60_000 } }

  app.get<ToAccount>('/hooks/:accountId', { schema: { hide: true }, config }, async (request, reply) => {
    const hooked = await hookedAccount(hub, request.params.accountId)
    const answer = answerHandshake(hooked, oneEach(request.query))
    // Some want a word of theirs back, some a JSON object.
    const type = answer.startsWith('{') ? 'application/json' : 'text/plain'
    return reply.type(`${type}; charset=utf-8`).send(answer)
  })

  app.post<ToAccount>(
    '/hooks/:accountId',
    {
      schema: { hide: true },
      config,
      bodyLimit: bodyBytes,
      // Before the body is read: what cannot be proved does not make us read it.
      onRequest: async (request) => {
        const { channel } = await hookedAccount(hub, request.params.accountId)
        if (channel.mayBeSigned && !channel.mayBeSigned(oneEach(request.headers)))
          refuse('not-signed-in', 'The call carries no signature')
      }
    },
    async (request) => {
      const hooked = await hookedAccount(hub, request.params.accountId)
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      await receiveCall(hub, hooked, {
        headers: oneEach(request.headers),
        query: oneEach(request.query),
        rawBody
      })
      return { ok: true }
    }
  )
}

/** What is given twice is not taken at all. */
const oneEach = (given: unknown): WebhookRequest['query'] =>
  Object.fromEntries(Object.entries(given as object).filter(([, value]) => typeof value === 'string'))
