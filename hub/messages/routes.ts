import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/message'
import { channelNamed } from '@palabre/channels/registry'
import { checkOut } from '../attachments/check.ts'
import { receiveUpload, sendFile, sendThumb } from '../attachments/transfer.ts'
import { findFile, openFile, removeFile } from '../attachments/store.ts'
import type { Hub } from '../hub.ts'
import { Interaction } from '../interactions/interaction.model.ts'
import { findInteraction } from '../interactions/find.ts'
import { within } from '../interactions/list.ts'
import { serve } from '../plugins/serve.ts'
import { found, refuse } from '../refuse.ts'
import { scopeOf } from '../sessions/who.ts'
import { readDraftOf, saveDraftOf } from './draft.ts'
import { reactTo } from './errands.ts'
import { fetchAgain } from './fetch-again.ts'
import { messagesOf } from './list.ts'
import { presentAttachment, presentMessage } from './message.model.ts'
import { addNoteOf, sendMessageOf } from './send.ts'
import { findMessage, retryMessage, undoMessage } from './undo.ts'
import { readerOf } from './whisper.ts'
import { Types } from 'mongoose'

export function messageRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listMessages, async ({ who, input }) => {
    const conversationId = new Types.ObjectId(input.params.id)
    const scope = within(await scopeOf(hub, who))
    const [inScope, page] = await Promise.all([
      Interaction.exists({ $and: [{ conversationId }, scope] } as never),
      messagesOf(conversationId, input.query, await readerOf(hub, who))
    ])
    found(inScope)
    return page
  })
  serve(app, hub, route.sendMessage, async ({ who, input }) =>
    presentMessage(await sendMessageOf(hub, who, input.params.id, input.body))
  )
  serve(app, hub, route.addNote, async ({ who, input }) =>
    presentMessage(await addNoteOf(hub, who, input.params.id, input.body))
  )
  serve(app, hub, route.undoMessage, async ({ who, input }) =>
    presentMessage(await undoMessage(hub, who, input.params.id))
  )
  serve(app, hub, route.retryMessage, async ({ who, input }) =>
    presentMessage(await retryMessage(hub, who, input.params.id))
  )
  serve(app, hub, route.fetchMessageMedia, async ({ who, input }) =>
    presentMessage(await fetchAgain(hub, who, input.params.id))
  )
  serve(app, hub, route.reactToMessage, async ({ who, input }) =>
    presentMessage(await reactTo(hub, who, input.params.id, input.body.emoji))
  )
  serve(app, hub, route.readRaw, async ({ who, input, reply }) => {
    const { message } = await findMessage(hub, who, input.params.id)
    const id = found(message.rawId)
    await checkOut(hub, found(await findFile(id)))
    return reply
      .header('content-type', 'text/plain; charset=utf-8')
      .header('content-disposition', 'attachment; filename="message.eml"')
      .send(openFile(id))
  })

  serve(app, hub, route.readDraft, async ({ who, input }) => {
    await findInteraction(hub, who, input.params.id)
    return readDraftOf(who.userId, input.params.id)
  })
  serve(app, hub, route.saveDraft, async ({ who, input }) => {
    await findInteraction(hub, who, input.params.id)
    return saveDraftOf(who.userId, input.params.id, input.body)
  })

  serve(app, hub, route.uploadAttachment, async ({ who, input, request }) => {
    const interaction = await findInteraction(hub, who, input.params.id)
    const { attachments } = channelNamed(interaction.channel).abilities
    const ref = await receiveUpload(hub, request, attachments?.maxBytes ?? 10_000_000, {
      interactionId: interaction._id,
      visitKey: null,
      byId: who.userId.toHexString()
    })
    return presentAttachment(ref)
  })
  serve(app, hub, route.readAttachment, async ({ who, input, request, reply }) => {
    const file = found(await findFile(input.params.id))
    if (file.metadata.use !== 'attachment') return refuse('not-found')
    const message = file.metadata.messageId
    if (message) await findMessage(hub, who, message.toHexString())
    else if (file.metadata.byId !== who.userId.toHexString()) return refuse('not-found')
    return input.query.size === 'thumb' ? sendThumb(hub, reply, file) : sendFile(hub, request, reply, file)
  })
  serve(app, hub, route.removeAttachment, async ({ who, input }) => {
    const file = found(await findFile(input.params.id))
    if (file.metadata.byId !== who.userId.toHexString()) return refuse('not-found')
    if (file.metadata.messageId) return refuse('still-in-use')
    await removeFile(file._id)
    return { ok: true as const }
  })
}
