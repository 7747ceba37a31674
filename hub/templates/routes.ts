import type { FastifyInstance } from 'fastify'
import { ChannelError } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import * as route from '@palabre/config/contract/template'
import { accountOf } from '../accounts/accounts.ts'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { found, refuse } from '../refuse.ts'
import { syncTemplates } from './sync.ts'
import { Template, presentTemplate, type TemplateDoc } from './template.model.ts'

export function templateRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listTemplates, async ({ input: { query } }) => {
    const docs = (await Template.find({
      accountId: query.accountId,
      ...(query.approved && { state: 'approved' })
    })
      .sort({ name: 1, language: 1 })
      .lean()) as TemplateDoc[]
    return { items: docs.map(presentTemplate) }
  })
  serve(app, hub, route.syncTemplates, async ({ input: { params } }) => {
    const account = found(await accountOf(hub, params.id))
    if (account.archived) return refuse('not-found')
    if (!channelNamed(account.channel).templates)
      return refuse('not-deliverable', 'This channel has no templates')
    try {
      await syncTemplates(hub, params.id)
    } catch (error) {
      if (error instanceof ChannelError) return refuse('not-deliverable', error.message)
      throw error
    }
    return { ok: true as const }
  })
}
