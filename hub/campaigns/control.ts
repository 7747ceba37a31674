import type { Types } from 'mongoose'
import type { Actor, Hub } from '../hub.ts'
import { change, type Change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { Campaign, campaignTold, rememberCounts, type CampaignDoc } from './campaign.model.ts'
import { Recipient } from './recipient.model.ts'
import { readCounts, recount } from './tally.ts'

type Id = Types.ObjectId | string

/** Writes a change of a campaign and tells it, with its counts as they are. */
export async function writeCampaign(
  hub: Hub,
  id: Id,
  decide: (doc: CampaignDoc) => Change | null
): Promise<CampaignDoc> {
  const { doc, changed } = found(await change(Campaign, id, decide))
  if (changed) {
    rememberCounts(doc._id.toHexString(), await readCounts(doc._id))
    hub.relay.pass(campaignTold, doc)
  }
  return doc
}

const from = (doc: CampaignDoc, to: CampaignDoc['state'], more: Record<string, unknown> = {}) => ({
  state: [doc.state, to],
  ...more
})

/** Nothing more leaves until it goes on. Refuses `wrong-state`. */
export const pauseByHand = (hub: Hub, by: Actor, id: string): Promise<CampaignDoc> =>
  writeCampaign(hub, id, (doc) => {
    if (doc.state === 'paused') return null
    if (doc.state !== 'running') return refuse('wrong-state')
    return {
      set: { state: 'paused', pause: { reason: 'by-hand', detail: '', at: new Date() } },
      entries: [{ name: 'pause', by, changes: from(doc, 'paused') }]
    }
  })

/** Pauses what should not go on, with the reason; without effect for what does not run. */
export const pauseItself = (
  hub: Hub,
  id: Types.ObjectId,
  reason: Exclude<NonNullable<CampaignDoc['pause']>['reason'], 'by-hand'>,
  detail: string
): Promise<CampaignDoc> =>
  writeCampaign(hub, id, (doc) =>
    doc.state === 'running'
      ? {
          set: { state: 'paused', pause: { reason, detail, at: new Date() } },
          entries: [{ name: 'paused-itself', figures: { reason, detail }, changes: from(doc, 'paused') }]
        }
      : null
  )

/** For what the guard pauses. */
const guarded = new Set<string>(['complaints', 'bounces', 'failures'])

/** Goes on. Refuses `wrong-state`, also when the guard paused it and nobody says that it goes on in spite of that. */
export const resume = (hub: Hub, by: Actor, id: string, despite: boolean): Promise<CampaignDoc> =>
  writeCampaign(hub, id, (doc) => {
    if (doc.state === 'running') return null
    if (doc.state !== 'paused') return refuse('wrong-state')
    const isGuarded = doc.pause !== null && guarded.has(doc.pause.reason)
    if (isGuarded && !despite)
      return refuse('wrong-state', 'It paused by itself; say that it goes on in spite of that')
    return {
      set: { state: 'running', pause: null, ...(isGuarded && { unguarded: true }) },
      entries: [{ name: 'resume', by, changes: from(doc, 'running', { despite: [false, despite] }) }]
    }
  })

/** Ends it for good. Who has not got it never will. Refuses `wrong-state`. */
export async function stop(hub: Hub, by: Actor, id: string): Promise<CampaignDoc> {
  const doc = await writeCampaign(hub, id, (one) => {
    if (one.state === 'stopped') return null
    if (one.state !== 'running' && one.state !== 'paused' && one.state !== 'scheduled')
      return refuse('wrong-state')
    return {
      set: { state: 'stopped', endedAt: new Date(), pause: null },
      entries: [{ name: 'stop', by, changes: from(one, 'stopped') }]
    }
  })
  await settleStopped(hub, doc._id)
  return doc
}

/** Says of everybody who has not got a stopped campaign that they will not. */
export async function settleStopped(hub: Hub, campaignId: Types.ObjectId): Promise<void> {
  const { modifiedCount } = await Recipient.updateMany(
    { campaignId, state: { $in: ['waiting', 'pending', 'deferred'] } },
    { $set: { state: 'stopped', updatedAt: new Date() } }
  )
  if (modifiedCount > 0) await recount(hub, campaignId)
}

/** Makes one that waits for its time a draft again. Refuses `wrong-state`. */
export const unschedule = (hub: Hub, by: Actor, id: string): Promise<CampaignDoc> =>
  writeCampaign(hub, id, (doc) => {
    if (doc.state === 'draft') return null
    if (doc.state !== 'scheduled') return refuse('wrong-state')
    return {
      set: { state: 'draft', startsAt: null, compiled: null, approved: null },
      entries: [{ name: 'unschedule', by, changes: from(doc, 'draft') }]
    }
  })

/** Begins one whose time has come; without effect for any other. */
export const begin = (hub: Hub, id: Types.ObjectId): Promise<CampaignDoc> =>
  writeCampaign(hub, id, (doc) =>
    doc.state === 'scheduled'
      ? { set: { state: 'running', startedAt: new Date() }, entries: [{ name: 'began' }] }
      : null
  )

/** Ends one that has nobody left; without effect for any that does not run. */
export const finish = (hub: Hub, id: Types.ObjectId): Promise<CampaignDoc> =>
  writeCampaign(hub, id, (doc) =>
    doc.state === 'running'
      ? { set: { state: 'finished', endedAt: new Date() }, entries: [{ name: 'finished' }] }
      : null
  )
