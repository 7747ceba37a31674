import { Types } from 'mongoose'
import type { Medium } from '@palabre/config/contract/routing'
import type { Queue } from '@palabre/config/contract/setting'
import { Agent } from '../agents/agent.model.ts'
import { releaseHold } from '../agents/holds.ts'
import { tellAgent } from '../agents/tell.ts'
import type { Hub } from '../hub.ts'
import {
  Interaction,
  interactionTold,
  type InteractionDoc,
  type OfferDoc
} from '../interactions/interaction.model.ts'
import { updateOf } from '../record/change.ts'
import { updateEach } from '../record/update-each.ts'
import { catalogOf } from '../settings/catalog.ts'
import type { Match } from './core/picture.ts'

const defaultOfferSeconds = 30

/** How long an offer of a medium stands in a queue. */
export const offerSecondsOf = (queue: Queue | undefined, medium: Medium): number =>
  queue?.offerTimes.find((time) => time.medium === medium)?.seconds ??
  queue?.offerSeconds ??
  defaultOfferSeconds

/** What did not come about of some matches: agents and interactions that have changed since they were looked at. */
export interface Missed {
  agentIds: string[]
  itemIds: string[]
}

/**
 * Makes offers of matches, for all of them together: first a place is taken at each agent (compare-and-set on the
 * version that the match saw), then each interaction is offered (compare-and-set likewise). An offer exists only when
 * both succeeded; a place whose interaction had gone is given back.
 */
export async function commitOffers(hub: Hub, matches: Match[]): Promise<Missed> {
  const now = new Date()
  const byAgent = new Map<string, Match[]>()
  for (const one of matches) {
    const list = byAgent.get(one.agentId)
    if (list) list.push(one)
    else byAgent.set(one.agentId, [one])
  }

  const agents = await takePlaces(byAgent, now)
  for (const agent of agents.values()) await tellAgent(hub, agent)
  const granted = matches.filter(({ agentId }) => agents.has(agentId))
  const missed: Missed = {
    agentIds: [...byAgent.keys()].filter((id) => !agents.has(id)),
    itemIds: matches.filter(({ agentId }) => !agents.has(agentId)).map(({ item }) => item.id)
  }
  if (granted.length === 0) return missed

  const offered = await offerAll(hub, granted, now)
  for (const { item, agentId } of granted) {
    const doc = offered.get(item.id)
    if (doc?.offer?.agentId.toHexString() === agentId) {
      hub.relay.pass(interactionTold, doc)
      hub.schedule(
        'offer.expire',
        { interactionId: item.id, offerId: doc.offer.id.toHexString() },
        { key: doc.offer.id.toHexString(), at: doc.offer.expiresAt }
      )
    } else {
      missed.itemIds.push(item.id)
      await releaseHold(hub, new Types.ObjectId(agentId), new Types.ObjectId(item.id))
    }
  }
  return missed
}

/** Agents whose places were taken. One that changed since the match is left out; the next match sees it anew. */
async function takePlaces(byAgent: Map<string, Match[]>, now: Date) {
  const docs = await updateEach(
    Agent,
    [...byAgent].map(([agentId, matches]) => ({
      _id: new Types.ObjectId(agentId),
      only: {
        version: matches[0]?.agentVersion,
        'presence.state': 'ready',
        // A place for it that a crash left taken is given back first.
        'holds.interactionId': { $nin: matches.map(({ item }) => new Types.ObjectId(item.id)) }
      },
      update: updateOf(
        { logged: 0 },
        {
          push: {
            holds: {
              $each: matches.map(({ item }) => ({
                interactionId: new Types.ObjectId(item.id),
                medium: item.medium,
                since: now
              }))
            }
          },
          set: { idleSince: now },
          entries: []
        },
        now
      )
    }))
  )
  return new Map(
    [...docs].filter(([id, doc]) =>
      byAgent
        .get(id)
        ?.every(({ item }) =>
          doc.holds.some((hold) => hold.interactionId.toHexString() === item.id && +hold.since === +now)
        )
    )
  )
}

async function offerAll(hub: Hub, matches: Match[], now: Date): Promise<Map<string, InteractionDoc>> {
  const catalog = await catalogOf(hub)
  const offerIds = new Map<string, Types.ObjectId>()
  const updates = matches.map(({ item, agentId, reasons }) => {
    const seconds = offerSecondsOf(catalog.queue(item.queueId), item.medium)
    const offer: OfferDoc = {
      id: new Types.ObjectId(),
      agentId: new Types.ObjectId(agentId),
      at: now,
      expiresAt: new Date(now.getTime() + seconds * 1000),
      reasons
    }
    offerIds.set(item.id, offer.id)
    return {
      _id: new Types.ObjectId(item.id),
      only: { version: item.version, state: 'queued' },
      update: updateOf(
        item,
        {
          set: { state: 'offered', offer },
          entries: [
            {
              name: 'offered',
              figures: offerFigures(offer),
              reasons,
              after: { state: 'offered', queueId: item.queueId, agentId }
            }
          ]
        },
        now
      )
    }
  })
  const docs = await updateEach(Interaction, updates)
  return new Map([...docs].filter(([id, { offer }]) => offer && offerIds.get(id)?.equals(offer.id)))
}

const offerFigures = (offer: OfferDoc) => ({
  agentId: offer.agentId.toHexString(),
  offerId: offer.id.toHexString(),
  seconds: Math.round((offer.expiresAt.getTime() - offer.at.getTime()) / 1000)
})
