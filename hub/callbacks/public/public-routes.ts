import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/callback'
import type { RefusalName } from '@palabre/config/contract/errors'
import type { Hub } from '../../hub.ts'
import { formOf, localeOf, sendPage, takeForms } from '../../plugins/plain-page.ts'
import { serve } from '../../plugins/serve.ts'
import { Refusal } from '../../refuse.ts'
import { arrangeBy } from '../arrange.ts'
import { Callback, type CallbackDoc } from '../callback.model.ts'
import { cancelBy } from '../cancel.ts'
import { checkInHand } from '../in-hand.ts'
import { lookSoon } from '../notices/look-at.ts'
import { offerOf } from '../offer.ts'
import { callbackPageOf, surePage, wrongPage, type Shown } from './page.ts'
import { callbackNamed } from './token.ts'

type Told = Parameters<typeof callbackPageOf>[2]

/** What is said of a refusal; any other is no matter of whoever asked. */
const errors: Partial<Record<RefusalName, Told>> = {
  'slot-taken': 'error-taken',
  'changed-meanwhile': 'error-changed',
  'already-asked': 'error-asked',
  // The page says by itself how it stands now.
  'too-late': null,
  'wrong-state': null,
  'unknown-reference': 'error-closed',
  'not-deliverable': 'error-closed'
}

async function callbackBy(hub: Hub, token: string): Promise<CallbackDoc | null> {
  const id = callbackNamed(hub, token)
  return id && ((await Callback.findById(id).lean()) as CallbackDoc | null)
}

async function shownOf(hub: Hub, doc: CallbackDoc): Promise<Shown> {
  const offer = await offerFor(hub, doc)
  return {
    doc,
    isInHand: await isInHand(doc),
    slots: offer.slots.map(({ from, to }) => ({ from: new Date(from), to: new Date(to) })),
    timeZone: offer.timeZone
  }
}

/** A queue that is gone offers nothing; what was promised is shown all the same. */
async function offerFor(hub: Hub, doc: CallbackDoc) {
  try {
    return await offerOf(hub, doc.queueId.toHexString())
  } catch (error) {
    if (error instanceof Refusal && error.refusal === 'unknown-reference')
      return { slots: [], timeZone: 'UTC' }
    throw error
  }
}

async function isInHand(doc: CallbackDoc): Promise<boolean> {
  try {
    await checkInHand(doc, null)
    return false
  } catch (error) {
    if (error instanceof Refusal && error.refusal === 'too-late') return true
    throw error
  }
}

/** The page of a callback, for whoever has its link. Looking changes nothing; a form does what it says, once. */
export function callbackPublicRoutes(app: FastifyInstance, hub: Hub) {
  takeForms(app)

  serve(app, hub, route.showCallback, async ({ input: { params, query }, request, reply }) => {
    const locale = localeOf(query.lang, request.headers['accept-language'])
    const doc = await callbackBy(hub, params.token)
    if (!doc) return sendPage(reply, 404, wrongPage(locale))
    return sendPage(reply, 200, callbackPageOf(locale, await shownOf(hub, doc)))
  })

  serve(app, hub, route.changeCallback, async ({ input: { params, query }, request, reply }) => {
    const locale = localeOf(query.lang, request.headers['accept-language'])
    const known = await callbackBy(hub, params.token)
    if (!known) return sendPage(reply, 404, wrongPage(locale))
    const form = formOf(request.body)
    const show = async (status: number, doc: CallbackDoc, notice: Told = null) =>
      sendPage(reply, status, callbackPageOf(locale, await shownOf(hub, doc), notice))
    if (form.get('version') !== String(known.version)) return show(409, known, 'error-changed')
    try {
      switch (form.get('do')) {
        case 'ask':
          return sendPage(reply, 200, surePage(locale, await shownOf(hub, known)))
        case 'keep':
          return await show(200, known, 'kept')
        case 'cancel': {
          const doc = await cancelBy(hub, known, 'customer')
          lookSoon(hub, doc)
          return await show(200, doc)
        }
        case 'move': {
          const slotFrom = new Date(form.get('slot') ?? '')
          if (Number.isNaN(slotFrom.getTime())) return await show(400, known, 'not-chosen')
          const doc = await arrangeBy(hub, known, { slotFrom }, 'customer')
          lookSoon(hub, doc)
          return await show(200, doc, 'moved')
        }
        default:
          return await show(400, known)
      }
    } catch (error) {
      if (!(error instanceof Refusal) || !(error.refusal in errors)) throw error
      const doc = (await callbackBy(hub, params.token)) ?? known
      return show(error.status, doc, errors[error.refusal])
    }
  })
}
