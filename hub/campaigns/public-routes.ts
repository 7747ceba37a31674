import type { FastifyInstance, FastifyReply } from 'fastify'
import * as route from '@palabre/config/contract/campaign'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { choicesOf } from './choices.ts'
import { unsubscribeOf } from './feedback.ts'
import { followLinkOf, noteOpeningOf } from './follow.ts'
import { donePage, localeOf, pagePolicy, preferencesPage, wrongPage } from './page.ts'
import { Recipient, type RecipientDoc } from './recipient.model.ts'
import { readToken } from './token.ts'

/** A transparent picture of one point. */
const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
const formBytes = 4096
const mostPurposes = 200

const html = (reply: FastifyReply, status: number, text: string) =>
  reply
    .status(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('content-security-policy', pagePolicy)
    .send(text)

const recipientBy = async (hub: Hub, token: string): Promise<RecipientDoc | null> => {
  const read = readToken(hub, 'unsubscribe', token)
  return read && ((await Recipient.findById(read.recipientId).lean()) as RecipientDoc | null)
}

/** What recipients of campaigns reach without signing in. Forms are only taken here, and decide nothing but what they say. */
export function campaignPublicRoutes(app: FastifyInstance, hub: Hub) {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: formBytes },
    (_request, body, done) => {
      done(null, new URLSearchParams(body as string))
    }
  )

  serve(app, hub, route.followLink, async ({ input: { params }, request, reply }) => {
    // Mail programs and scanners look before anybody clicks.
    const target = await followLinkOf(hub, params.token, request.method === 'HEAD')
    if (target === null)
      return html(reply, 404, wrongPage(localeOf(undefined, request.headers['accept-language'])))
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
    if (!recipient) return html(reply, 404, wrongPage(locale))
    const choices = await choicesOf(hub, recipient)
    return html(reply, 200, preferencesPage(locale, { address: recipient.address, choices }))
  })

  serve(app, hub, route.unsubscribe, async ({ input: { params, query }, request, reply }) => {
    const locale = localeOf(query.lang, request.headers['accept-language'])
    const recipient = await recipientBy(hub, params.token)
    if (!recipient) return html(reply, 404, wrongPage(locale))
    const { address } = recipient
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
    // Without a word of our page it is a mail program's one click: off from what the mail was for.
    const off = form.has('page') ? form.getAll('off') : ['this']
    const everything = off.includes('all')
    const purposeIds = off.filter((id) => /^[0-9a-f]{24}$/.test(id)).slice(0, mostPurposes)
    if (!everything && off.length === 0)
      return html(reply, 200, donePage(locale, { address, what: 'nothing' }))
    if (everything || off.includes('this')) await unsubscribeOf(hub, recipient, { everything })
    else await unsubscribeOf(hub, recipient, { purposeIds })
    return html(reply, 200, donePage(locale, { address, what: everything ? 'all' : 'this' }))
  })
}
