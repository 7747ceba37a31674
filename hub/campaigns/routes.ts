import type { FastifyInstance } from 'fastify'
import { Types } from 'mongoose'
import * as route from '@palabre/config/contract/campaign'
import { containing } from '../containing.ts'
import type { Hub } from '../hub.ts'
import { before, markOf } from '../paging.ts'
import { serve } from '../plugins/serve.ts'
import { found } from '../refuse.ts'
import { actorOf } from '../sessions/who.ts'
import { Campaign, presentCampaign, presentSummary, type CampaignDoc } from './campaign.model.ts'
import { checkWithLinks } from './check-links.ts'
import { pauseByHand, resume, stop, unschedule } from './control.ts'
import { exportRecipientsOf } from './export-recipients.ts'
import { exportResultsOf } from './export-results.ts'
import { archiveCampaignOf, copyCampaignOf, createCampaignOf, updateCampaignOf } from './keep.ts'
import { launch } from './launch.ts'
import { previewCampaignOf } from './preview.ts'
import { prove } from './prove.ts'
import { Recipient, presentRecipient, type RecipientDoc } from './recipient.model.ts'
import { resultsOf } from './results.ts'
import { listSendersOf, makeKeyOf, updateSenderOf } from './senders.ts'
import { Tally, countsOf, tallyId, type TallyDoc } from './tally.model.ts'
import { readCounts } from './tally.ts'
import { chooseWinnerOf } from './winner.ts'

const usualPage = 50

const campaignOf = async (id: string): Promise<CampaignDoc> =>
  found((await Campaign.findById(id).lean()) as CampaignDoc | null)

const present = async (doc: CampaignDoc) => presentCampaign(doc, await readCounts(doc._id))

export function campaignRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listCampaigns, async ({ input: { query } }) => {
    const { state, text, archived = false, after, limit = usualPage } = query
    const docs = (await Campaign.find(
      {
        archived,
        ...(state !== undefined && { state }),
        ...(text !== undefined && { name: containing(text) }),
        ...before('updatedAt', after)
      } as never,
      { message: 0, template: 0, compiled: 0, log: 0 }
    )
      .sort({ updatedAt: -1, _id: -1 })
      .limit(limit + 1)
      .lean()) as unknown as CampaignDoc[]
    const shown = docs.slice(0, limit)
    const tallies = (await Tally.find({
      _id: { $in: shown.map(({ _id }) => tallyId(_id, 'all', '')) }
    }).lean()) as TallyDoc[]
    const counts = new Map(tallies.map((one) => [one._id, one]))
    const last = shown.at(-1)
    return {
      items: shown.map((doc) => presentSummary(doc, countsOf(counts.get(tallyId(doc._id, 'all', ''))))),
      ...(docs.length > limit && last && { next: markOf(last.updatedAt, last._id) })
    }
  })
  serve(app, hub, route.readCampaign, async ({ input: { params } }) => present(await campaignOf(params.id)))
  serve(app, hub, route.createCampaign, async ({ input: { body }, who }) =>
    present(await createCampaignOf(hub, actorOf(who), body))
  )
  serve(app, hub, route.updateCampaign, async ({ input: { params, body }, who }) =>
    present(await updateCampaignOf(hub, actorOf(who), params.id, body.version, body.change))
  )
  serve(app, hub, route.copyCampaign, async ({ input: { params }, who }) =>
    present(await copyCampaignOf(hub, actorOf(who), params.id))
  )
  serve(app, hub, route.archiveCampaign, async ({ input: { params }, who }) =>
    present(await archiveCampaignOf(hub, actorOf(who), params.id))
  )
  serve(app, hub, route.previewCampaign, async ({ input: { params, body } }) =>
    previewCampaignOf(hub, await campaignOf(params.id), body)
  )
  serve(app, hub, route.proveCampaign, async ({ input: { params, body } }) => {
    await prove(hub, await campaignOf(params.id), body)
    return { ok: true as const }
  })
  serve(app, hub, route.checkCampaign, async ({ input: { params } }) =>
    checkWithLinks(hub, await campaignOf(params.id))
  )
  serve(app, hub, route.launchCampaign, async ({ input: { params, body }, who }) =>
    present(await launch(hub, actorOf(who), params.id, body))
  )
  serve(app, hub, route.unscheduleCampaign, async ({ input: { params }, who }) =>
    present(await unschedule(hub, actorOf(who), params.id))
  )
  serve(app, hub, route.pauseCampaign, async ({ input: { params }, who }) =>
    present(await pauseByHand(hub, actorOf(who), params.id))
  )
  serve(app, hub, route.resumeCampaign, async ({ input: { params, body }, who }) =>
    present(await resume(hub, actorOf(who), params.id, body.despite ?? false))
  )
  serve(app, hub, route.stopCampaign, async ({ input: { params }, who }) =>
    present(await stop(hub, actorOf(who), params.id))
  )
  serve(app, hub, route.chooseWinner, async ({ input: { params, body }, who }) =>
    present(await chooseWinnerOf(hub, actorOf(who), params.id, body.id))
  )
  serve(app, hub, route.readResults, async ({ input: { params } }) => resultsOf(await campaignOf(params.id)))
  serve(app, hub, route.listRecipients, async ({ input: { params, query } }) => {
    const { state, domain, after, limit = usualPage } = query
    const docs = (await Recipient.find({
      campaignId: new Types.ObjectId(params.id),
      ...(after !== undefined && { address: { $gt: after } }),
      ...(state !== undefined && { state }),
      ...(domain !== undefined && { domain })
    })
      .sort({ address: 1 })
      .limit(limit + 1)
      .lean()) as RecipientDoc[]
    const shown = docs.slice(0, limit)
    const last = shown.at(-1)
    return { items: shown.map(presentRecipient), ...(docs.length > limit && last && { next: last.address }) }
  })
  serve(app, hub, route.exportResults, async ({ input: { params, query }, who, reply }) =>
    exportResultsOf(hub, actorOf(who), await campaignOf(params.id), query, reply)
  )
  serve(app, hub, route.exportRecipients, async ({ input: { params, query }, who, reply }) =>
    exportRecipientsOf(hub, actorOf(who), await campaignOf(params.id), query, reply)
  )
  serve(app, hub, route.listSenders, async () => ({ items: await listSendersOf(hub) }))
  serve(app, hub, route.updateSender, async ({ input: { params, body } }) =>
    updateSenderOf(hub, params.id, body)
  )
  serve(app, hub, route.makeSenderKey, async ({ input: { params } }) => makeKeyOf(hub, params.id))
}
