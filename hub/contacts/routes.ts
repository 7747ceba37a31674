import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/contact'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { actorOf } from '../sessions/who.ts'
import { addPoint } from './add-point.ts'
import { presentContact } from './contact.model.ts'
import { distinguishContacts } from './distinguish.ts'
import { findContact } from './find.ts'
import { listMerges } from './list-merges.ts'
import { mergeContacts } from './merge.ts'
import { removePoint } from './remove-point.ts'
import { searchContacts } from './search.ts'
import { sendPicture } from './send-picture.ts'
import { suggestMerges } from './suggest.ts'
import { unmergeContact } from './unmerge.ts'
import { updateContact } from './update.ts'

export function contactRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.searchContacts, ({ input }) => searchContacts(hub, input.query))
  serve(app, hub, route.readContact, async ({ input }) => presentContact(await findContact(input.params.id)))
  serve(app, hub, route.updateContact, async ({ input, who }) =>
    presentContact(await updateContact(hub, actorOf(who), input.params.id, input.body))
  )
  serve(app, hub, route.addContactPoint, async ({ input, who }) =>
    presentContact(await addPoint(hub, actorOf(who), input.params.id, input.body))
  )
  serve(app, hub, route.removeContactPoint, async ({ input, who }) =>
    presentContact(await removePoint(hub, actorOf(who), input.params.id, input.body))
  )
  serve(app, hub, route.readContactPicture, ({ input, request, reply }) =>
    sendPicture(request, reply, input.params.id, input.query.v)
  )
  serve(app, hub, route.suggestMerges, async ({ input }) => ({ items: await suggestMerges(input.params.id) }))
  serve(app, hub, route.distinguishContacts, async ({ input, who }) =>
    presentContact(await distinguishContacts(hub, actorOf(who), input.params.id, input.body.otherId))
  )
  serve(app, hub, route.mergeContacts, async ({ input, who }) => {
    const { otherId, choices } = input.body
    const { merge, contact } = await mergeContacts(hub, actorOf(who), input.params.id, otherId, choices)
    return { mergeId: merge._id.toHexString(), contact: presentContact(contact) }
  })
  serve(app, hub, route.listMerges, async ({ input }) => ({ items: await listMerges(input.params.id) }))
  serve(app, hub, route.unmergeContact, async ({ input, who }) => {
    const { id, mergeId } = input.params
    const { contact, parted } = await unmergeContact(hub, actorOf(who), id, mergeId)
    return { contact: presentContact(contact), parted: presentContact(parted) }
  })
}
