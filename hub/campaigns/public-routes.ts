import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/campaign'
import { isForgotten } from '../audiences/erase.ts'
import { takeAgain } from '../consents/take-again.ts'
import type { Hub } from '../hub.ts'
import { formOf, localeOf, sendPage, takeForms } from '../plugins/plain-page.ts'
import { serve } from '../plugins/serve.ts'
import { choicesOf } from './choices.ts'
import { unsubscribeOf } from './feedback.ts'
import { followLinkOf, noteOpeningOf } from './follow.ts'
import { donePage, preferencesPage, wrongPage } from './page.ts'
import { Recipient, type RecipientDoc } from './recipient.model.ts'
import { aboutOf } from './suppress.ts'
import { readToken } from './token.ts'

/** A transparent picture of one point. */
const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
const mostPurposes = 200

const isPurpose = (id: string) => /^[0-9a-f]{24}$/.test(id)

const recipientBy = async (hub: Hub, token: string): Promise<RecipientDoc | null> => {
  const read = readToken(hub, 'unsubscribe', token)
  const known = read && ((await Recipient.findById(read.recipientId).lean()) as RecipientDoc | null)
  return known && !isForgotten(known) ? known : null
}

/** Lets a recipient have purposes again; false when they have none of them. */
async function returnTo(
  hub: Hub,
  { campaignId, contactId, address }: RecipientDoc,
  purposeIds: string[]
): Promise<boolean> {
  const campaign = purposeIds.length > 0 ? await aboutOf(campaignId) : null
  if (!campaign || !contactId) return false
  const { channel, name } = campaign
  const about = { id: campaignId, name }
  return (await takeAgain(hub, { contactId, channel, address, campaign: about, purposeIds })).length > 0
}

/** What recipients of campaigns reach without signing in. Forms are only taken here, and decide nothing but what they say. */
export function campaignPublicRoutes(app: FastifyInstance, hub: Hub) {
  takeForms(app)

  serve(app, hub, route.followLink, async ({ input: { params }, request, reply }) => {
    // Mail programs and scanners look before anybody clicks.
    const target = await followLinkOf(hub, params.token, request.method === 'HEAD')
    if (target === null)
      return sendPage(reply, 404, wrongPage(localeOf(undefined, request.headers['accept-language'])))
    return reply
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'no-referrer')
      .redirect(target, 302)
  })

  serve(app, hub, route.noteOpening, async ({ input: { params }, request, reply }) => {
    if (request.method === 'GET') await noteOpeningOf(hub, params.token)
    return reply.type('image/gif').header('cache-control', 'no-store').send(pixel)
  })

  serve(app, hub, route.showPreferences, async ({ input: { params, query }, request, reply }) => {
    const locale = localeOf(query.lang, request.headers['accept-language'])
    const recipient = await recipientBy(hub, params.token)
    if (!recipient) return sendPage(reply, 404, wrongPage(locale))
    const choices = await choicesOf(hub, recipient)
    return sendPage(reply, 200, preferencesPage(locale, { address: recipient.address, choices }))
  })

  serve(app, hub, route.unsubscribe, async ({ input: { params, query }, request, reply }) => {
    const locale = localeOf(query.lang, request.headers['accept-language'])
    const recipient = await recipientBy(hub, params.token)
    if (!recipient) return sendPage(reply, 404, wrongPage(locale))
    const { address } = recipient
    const form = formOf(request.body)
    // Without a word of our page it is a mail program's one click: off from what the mail was for.
    const off = form.has('page') ? form.getAll('off') : ['this']
    const everything = off.includes('all')
    const purposeIds = off.filter(isPurpose).slice(0, mostPurposes)
    const way = form.has('page') ? ('page' as const) : ('one-click' as const)
    if (everything || off.includes('this')) await unsubscribeOf(hub, recipient, { everything, way })
    else if (off.length > 0) await unsubscribeOf(hub, recipient, { purposeIds, way })
    const on = way === 'page' && !everything ? form.getAll('on').filter((id) => !off.includes(id)) : []
    const again = await returnTo(hub, recipient, on.filter(isPurpose).slice(0, mostPurposes))
    const gone = everything ? 'all' : off.length > 0 ? 'this' : 'nothing'
    const what = !again ? gone : gone === 'this' ? 'both' : 'again'
    return sendPage(reply, 200, donePage(locale, { address, what }))
  })
}
