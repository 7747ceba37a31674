import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/contact'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { found } from '../refuse.ts'
import { actorOf } from '../sessions/who.ts'
import { Contact, presentContact, type ContactDoc } from './contact.model.ts'
import { mergeContacts, searchContacts, updateContact } from './keep.ts'

export function contactRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.searchContacts, ({ input }) => searchContacts(input.query))
  serve(app, hub, route.readContact, async ({ input }) =>
    presentContact(found((await Contact.findById(input.params.id).lean()) as ContactDoc | null))
  )
  serve(app, hub, route.updateContact, async ({ input, who }) =>
    presentContact(await updateContact(hub, actorOf(who), input.params.id, input.body))
  )
  serve(app, hub, route.mergeContacts, async ({ input, who }) => {
    await mergeContacts(hub, actorOf(who), input.params.id, input.body.otherId)
    return { ok: true as const }
  })
}
