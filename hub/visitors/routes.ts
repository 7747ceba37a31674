import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as route from '@palabre/config/contract/visitor'
import { openAccount } from '../accounts/account.model.ts'
import { receiveUpload, sendFile } from '../attachments/transfer.ts'
import { findFile } from '../attachments/store.ts'
import type { Hub } from '../hub.ts'
import { channelNamed } from '@palabre/channels/registry'
import { Message } from '../messages/message.model.ts'
import { presentAttachment } from '../messages/message.model.ts'
import { serve } from '../plugins/serve.ts'
import { found, refuse } from '../refuse.ts'
import { checkOrigin, doorOf } from './door.ts'
import { leaveMessage } from './leave-message.ts'
import { nowhere, standingOf } from './standing.ts'
import { messagesForVisitor, policyOf, stateOf } from './state.ts'
import { newVisit, tokenOf, visitOf, type Visit } from './token.ts'
import { sendTranscript } from './transcript.ts'

/** Routes for the customer's client, from any page that the account admits. */
export function visitorRoutes(app: FastifyInstance, hub: Hub) {
  app.addHook('onRequest', async (request, reply) => {
    const { accountId = '' } = request.params as { accountId?: string }
    if (!request.url.startsWith('/api/visitor/') || !/^[0-9a-f]{24}$/.test(accountId)) return
    const door = await doorOf(hub, accountId)
    checkOrigin(hub, door, request)
    const { origin } = request.headers
    if (origin !== undefined)
      void reply
        .header('access-control-allow-origin', origin)
        .header('vary', 'Origin')
        .header('cross-origin-resource-policy', 'cross-origin')
  })

  app.options('/api/visitor/:accountId/*', { schema: { hide: true } }, (_request, reply) =>
    reply
      .status(204)
      .header('access-control-allow-methods', 'GET, POST')
      .header('access-control-allow-headers', 'authorization, content-type')
      .header('access-control-max-age', '86400')
      .send()
  )

  const bearer = (request: FastifyRequest) => request.headers.authorization?.replace(/^Bearer /, '')

  serve(app, hub, route.openVisit, async ({ input }) => {
    const { account, visitor } = await doorOf(hub, input.params.accountId)
    const open = openAccount(hub, account)
    const { identity, token } = input.body
    let visit: Visit
    if (identity) {
      const proved = visitor.identify(identity, open, new Date())
      visit = {
        address: `user:${proved.id}`,
        name: proved.name ?? '',
        email: proved.email ?? '',
        verified: true
      }
    } else visit = resumed(token, (text) => visitOf(hub, account, text))
    const isKnown = identity !== undefined || token !== undefined
    const standing = isKnown ? await standingOf(account, visit) : nowhere
    return {
      token: tokenOf(hub, account, visit),
      appearance: visitor.appearance(open),
      state: await stateOf(hub, account, visit, standing),
      messages: await messagesForVisitor(hub, account, standing)
    }
  })

  serve(app, hub, route.uploadVisitFile, async ({ input, request }) => {
    const { account } = await doorOf(hub, input.params.accountId)
    const visit = visitOf(hub, account, bearer(request))
    const limit = channelNamed(account.channel).abilities.attachments
    if (!limit || !policyOf(hub, account).uploads) return refuse('not-deliverable')
    const ref = await receiveUpload(hub, request, limit.maxBytes, {
      interactionId: null,
      visitKey: `${account._id.toHexString()}:${visit.address}`,
      byId: null
    })
    return {
      ...presentAttachment(ref),
      url: `/api/visitor/${input.params.accountId}/attachments/${String(ref.id)}`
    }
  })

  serve(app, hub, route.readVisitFile, async ({ input, request, reply }) => {
    const { account } = await doorOf(hub, input.params.accountId)
    const visit = visitOf(hub, account, bearer(request) ?? input.query.token)
    const file = found(await findFile(input.params.id))
    if (file.metadata.use !== 'attachment') return refuse('not-found')
    const isTheirUpload = file.metadata.visitKey === `${input.params.accountId}:${visit.address}`
    const { conversationId } = await standingOf(account, visit)
    const isInTheirChat =
      conversationId &&
      file.metadata.messageId &&
      (await Message.exists({
        _id: file.metadata.messageId,
        conversationId,
        kind: { $ne: 'note' }
      }))
    if (!isTheirUpload && !isInTheirChat) return refuse('not-found')
    return sendFile(hub, request, reply, file)
  })

  serve(app, hub, route.leaveOfflineMessage, async ({ input, request }) => {
    const { account } = await doorOf(hub, input.params.accountId)
    await leaveMessage(hub, account, visitOf(hub, account, bearer(request)), input.body)
    return { ok: true as const }
  })

  serve(app, hub, route.requestTranscript, async ({ input, request }) => {
    const { account } = await doorOf(hub, input.params.accountId)
    await sendTranscript(hub, account, visitOf(hub, account, bearer(request)), input.body.email)
    return { ok: true as const }
  })
}

/** A token that is no good any more begins a new visit instead of locking the visitor out. */
function resumed(token: string | undefined, read: (token: string) => Visit): Visit {
  if (token === undefined) return newVisit()
  try {
    return read(token)
  } catch {
    return newVisit()
  }
}
