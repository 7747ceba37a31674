import { Types } from 'mongoose'
import { releaseHold } from '../agents/holds.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { actorOf, may, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { settings } from '../settings/setting.model.ts'
import { findInteraction } from './find.ts'
import type { InteractionDoc } from './interaction.model.ts'
import { holds } from './transfer.ts'
import { writeInteraction } from './write.ts'

export interface Ending {
  dispositionId?: string | undefined
  note?: string | undefined
}

/** Checks that the disposition exists, fits the queue, and has its note where it wants one. */
async function checkDisposition(ending: Ending, allowed: string[]): Promise<void> {
  if (!ending.dispositionId) return
  const doc = await settings.disposition.model.findById(ending.dispositionId).lean()
  if (!doc || doc.archived || (allowed.length > 0 && !allowed.includes(ending.dispositionId)))
    refuse('unknown-reference', 'disposition')
  if (doc.noteRequired && !ending.note?.trim())
    refuse('invalid-input', undefined, [{ path: 'note', message: 'This disposition needs a note' }])
}

/**
 * Ends the contact. Where the queue's wrap-up is mandatory or timed and no disposition is given yet, wrap-up begins (its
 * place stays taken); else the interaction is closed. Refuses `not-yours`, `wrong-state`, `disposition-required`.
 */
export async function closeInteraction(
  hub: Hub,
  who: Who,
  id: string,
  ending: Ending
): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (!holds(interaction, who) && !may(who, 'interaction:assign')) return refuse('not-yours')
  const queue = (await catalogOf(hub)).queue(interaction.queueId.toHexString())
  await checkDisposition(ending, queue?.dispositionIds ?? [])
  const mode = queue?.wrapUp.mode ?? 'none'
  const wrapsUp = !ending.dispositionId && (mode === 'mandatory' || mode === 'timed')
  const { doc } = await writeInteraction(
    hub,
    id,
    (newest) => {
      if (newest.state !== 'active') return refuse('wrong-state')
      const now = new Date()
      if (!wrapsUp) return closing(newest, who, ending, now)
      const until = mode === 'timed' ? new Date(now.getTime() + (queue?.wrapUp.seconds ?? 0) * 1000) : null
      return {
        set: { state: 'wrapup', wrapUp: { since: now, until }, snoozedUntil: null, unread: 0 },
        unset: ['openKey'],
        entries: [{ name: 'wrapUp', by: actorOf(who), figures: talked(newest, now) }]
      }
    },
    interaction
  )
  if (doc.state === 'closed') await afterClose(hub, doc)
  else if (doc.wrapUp?.until)
    hub.schedule('wrapUp.expire', { interactionId: id }, { key: `${id}-wrapup`, at: doc.wrapUp.until })
  return doc
}

const talked = (interaction: InteractionDoc, now: Date) => ({
  agentId: interaction.agentId?.toHexString() ?? null,
  handledSeconds: interaction.acceptedAt
    ? Math.round((now.getTime() - interaction.acceptedAt.getTime()) / 1000)
    : 0
})

function closing(interaction: InteractionDoc, who: Who | null, ending: Ending, now: Date) {
  return {
    set: {
      state: 'closed',
      closedAt: now,
      unread: 0,
      snoozedUntil: null,
      wrapUp: interaction.wrapUp && { ...interaction.wrapUp, until: now },
      ...(ending.dispositionId && { dispositionId: new Types.ObjectId(ending.dispositionId) }),
      ...(ending.note !== undefined && { dispositionNote: ending.note })
    },
    unset: ['openKey'],
    entries: [
      {
        name: 'closed',
        ...(who && { by: actorOf(who) }),
        figures: { ...talked(interaction, now), dispositionId: ending.dispositionId ?? null }
      }
    ]
  }
}

async function afterClose(hub: Hub, doc: InteractionDoc) {
  if (doc.agentId) await releaseHold(hub, doc.agentId, doc._id)
}

/** Ends wrap-up with a disposition. */
export async function finishWrapUp(
  hub: Hub,
  who: Who,
  id: string,
  ending: Ending & { dispositionId: string }
): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (!holds(interaction, who) && !may(who, 'interaction:assign')) return refuse('not-yours')
  const queue = (await catalogOf(hub)).queue(interaction.queueId.toHexString())
  await checkDisposition(ending, queue?.dispositionIds ?? [])
  const { doc } = await writeInteraction(
    hub,
    id,
    (newest) =>
      newest.state === 'wrapup' ? closing(newest, who, ending, new Date()) : refuse('wrong-state'),
    interaction
  )
  await afterClose(hub, doc)
  return doc
}

/** Adds the queue's extension to a running, timed wrap-up. */
export async function extendWrapUp(hub: Hub, who: Who, id: string): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (!holds(interaction, who)) return refuse('not-yours')
  const queue = (await catalogOf(hub)).queue(interaction.queueId.toHexString())
  const extension = queue?.wrapUp.extensionSeconds ?? 0
  const { doc } = await writeInteraction(hub, id, (newest) => {
    if (newest.state !== 'wrapup' || !newest.wrapUp?.until || extension === 0) return refuse('wrong-state')
    const until = new Date(newest.wrapUp.until.getTime() + extension * 1000)
    return {
      set: { wrapUp: { ...newest.wrapUp, until } },
      entries: [{ name: 'wrapUpExtended', by: actorOf(who), figures: { seconds: extension } }]
    }
  })
  if (doc.wrapUp?.until)
    hub.schedule(
      'wrapUp.expire',
      { interactionId: id },
      { key: `${id}-wrapup-${String(doc.version)}`, at: doc.wrapUp.until }
    )
  return doc
}

/** Ends a timed wrap-up whose time is over, without a disposition. Without effect before that. */
export async function expireWrapUp(hub: Hub, id: string): Promise<boolean> {
  const { doc, changed } = await writeInteraction(hub, id, (newest) => {
    const now = new Date()
    if (newest.state !== 'wrapup' || !newest.wrapUp?.until || newest.wrapUp.until > now) return null
    return closing(newest, null, {}, now)
  })
  if (changed) await afterClose(hub, doc)
  return changed
}

/** The customer ended the contact: an agent's turns to wrap-up or waits to be closed; one in the queue is abandoned. */
export async function abandonInteraction(hub: Hub, id: string): Promise<InteractionDoc> {
  const { doc, changed } = await writeInteraction(hub, id, (newest) => {
    if (newest.state === 'active')
      return {
        set: { customerOnline: false, waitingFor: 'agent' },
        entries: [{ name: 'leftByCustomer', figures: {} }]
      }
    if (newest.state !== 'queued' && newest.state !== 'offered') return null
    const now = new Date()
    return {
      set: { state: 'closed', closedAt: now, unread: 0, offer: null },
      unset: ['openKey'],
      entries: [
        {
          name: 'abandoned',
          figures: {
            waitedSeconds: Math.round((now.getTime() - newest.queuedAt.getTime()) / 1000),
            fromAgentId: newest.offer?.agentId.toHexString() ?? null
          }
        }
      ]
    }
  })
  const last = doc.log[doc.log.length - 1]
  const offeredTo = last?.name === 'abandoned' ? last.figures['fromAgentId'] : null
  if (changed && typeof offeredTo === 'string') await releaseHold(hub, new Types.ObjectId(offeredTo), doc._id)
  return doc
}
