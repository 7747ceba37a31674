import { Types } from 'mongoose'
import { releaseHold } from '../agents/holds.ts'
import type { Queue } from '@palabre/config/contract/setting'
import { settleCallback } from '../callbacks/settle.ts'
import type { Hub } from '../hub.ts'
import { remembered } from '../record/remembered.ts'
import { refuse } from '../refuse.ts'
import { actorOf, may, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { settings } from '../settings/setting.model.ts'
import { findInteraction } from './find.ts'
import type { InteractionDoc } from './interaction.model.ts'
import { idText } from '../wire.ts'
import { holds } from './transfer.ts'
import { writeInteraction } from './write.ts'

export interface Ending {
  dispositionId?: string | undefined
  note?: string | undefined
  /** Wrap-up is asked for, where the queue leaves it to the agent. */
  wrapUp?: boolean | undefined
}

const dispositionOf = remembered('disposition', (id) => settings.disposition.model.findById(id).lean())

/** Checks that the disposition exists, fits the queue, and has its note where it wants one. */
async function checkDisposition(hub: Hub, ending: Ending, allowed: string[]): Promise<void> {
  if (!ending.dispositionId) return
  const doc = await dispositionOf(hub, ending.dispositionId)
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
  given: Ending
): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (!holds(interaction, who) && !may(who, 'interaction:assign')) return refuse('not-yours')
  const queue = (await catalogOf(hub)).queue(interaction.queueId.toHexString())
  await checkDisposition(hub, given, queue?.dispositionIds ?? [])
  const { doc } = await writeInteraction(
    hub,
    id,
    (newest) => (newest.state === 'active' ? ending(newest, queue, who, given) : refuse('wrong-state')),
    interaction
  )
  await afterEnd(hub, doc)
  return doc
}

/** The contact is over by itself (a call was hung up): wrap-up begins, or it is closed. Without effect twice. */
export async function endContact(hub: Hub, id: string, by: 'customer' | 'agent' | 'system'): Promise<void> {
  const catalog = await catalogOf(hub)
  const { doc, changed } = await writeInteraction(hub, id, (newest) => {
    if (newest.state !== 'active') return null
    const queue = catalog.queue(newest.queueId.toHexString())
    const change = ending(newest, queue, null, {})
    return {
      ...change,
      set: { ...change.set, customerOnline: false },
      entries: [{ name: 'hungUp', figures: { by } }, ...change.entries]
    }
  })
  if (changed) await afterEnd(hub, doc)
}

/** Nobody was there: it is over without wrap-up, with the disposition that rules give. Without effect twice. */
export async function endWithout(
  hub: Hub,
  id: Types.ObjectId | string,
  dispositionId: string | null
): Promise<void> {
  const { doc, changed } = await writeInteraction(hub, id, (newest) =>
    newest.state === 'active' || newest.state === 'wrapup'
      ? closing(newest, null, dispositionId === null ? {} : { dispositionId }, new Date())
      : null
  )
  if (changed) await afterClose(hub, doc)
}

/** The change that ends a contact: into wrap-up where the queue has one and nothing is recorded yet, else closed. */
function ending(newest: InteractionDoc, queue: Queue | undefined, who: Who | null, given: Ending) {
  const mode = queue?.wrapUp.mode ?? 'none'
  const now = new Date()
  if (!wantsWrapUp(mode, given)) return closing(newest, who, given, now)
  const seconds = mode === 'mandatory' ? 0 : (queue?.wrapUp.seconds ?? 0)
  const until = seconds > 0 ? new Date(now.getTime() + seconds * 1000) : null
  return {
    set: {
      state: 'wrapup',
      wrapUp: { since: now, until },
      snoozedUntil: null,
      unread: 0,
      ...recorded(given)
    },
    unset: ['openKey'],
    entries: [{ name: 'wrapUp', ...(who && { by: actorOf(who) }), figures: talked(newest, now) }]
  }
}

async function afterEnd(hub: Hub, doc: InteractionDoc) {
  if (doc.state === 'closed') await afterClose(hub, doc)
  else if (doc.wrapUp?.until) {
    const interactionId = doc._id.toHexString()
    hub.schedule('wrapUp.expire', { interactionId }, { key: `${interactionId}-wrapup`, at: doc.wrapUp.until })
  }
}

/** Does wrap-up begin? With a disposition given there is nothing left to do, but where the time is for all alike. */
function wantsWrapUp(mode: Queue['wrapUp']['mode'], ending: Ending): boolean {
  switch (mode) {
    case 'none':
      return false
    case 'on-request':
      return ending.wrapUp === true
    case 'timed-strict':
      return true
    case 'optional':
    case 'mandatory':
    case 'timed':
      return !ending.dispositionId
  }
}

/** What an ending says about the contact. */
const recorded = (ending: Ending) => ({
  ...(ending.dispositionId && { dispositionId: new Types.ObjectId(ending.dispositionId) }),
  ...(ending.note !== undefined && { dispositionNote: ending.note })
})

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
      consults: [],
      wrapUp: interaction.wrapUp && { ...interaction.wrapUp, until: now },
      ...recorded(ending)
    },
    unset: ['openKey'],
    entries: [
      {
        name: 'closed',
        ...(who && { by: actorOf(who) }),
        figures: {
          ...talked(interaction, now),
          dispositionId: ending.dispositionId ?? idText(interaction.dispositionId)
        }
      }
    ]
  }
}

async function afterClose(hub: Hub, doc: InteractionDoc) {
  await settleCallback(hub, doc)
  if (doc.agentId) await releaseHold(hub, doc.agentId, doc._id, { handled: true })
}

/**
 * Ends wrap-up with a disposition, or without one where the queue leaves it to the agent; else refuses
 * `disposition-required`. Where the time is for all alike, the disposition is noted and the time goes on.
 */
export async function finishWrapUp(hub: Hub, who: Who, id: string, ending: Ending): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (!holds(interaction, who) && !may(who, 'interaction:assign')) return refuse('not-yours')
  const queue = (await catalogOf(hub)).queue(interaction.queueId.toHexString())
  await checkDisposition(hub, ending, queue?.dispositionIds ?? [])
  const { doc } = await writeInteraction(
    hub,
    id,
    (newest) => {
      if (newest.state !== 'wrapup') return refuse('wrong-state')
      const mode = queue?.wrapUp.mode ?? 'none'
      if ((mode === 'mandatory' || mode === 'timed') && !ending.dispositionId && !newest.dispositionId)
        return refuse('disposition-required')
      const now = new Date()
      const early = newest.wrapUp?.until && newest.wrapUp.until > now
      return mode === 'timed-strict' && early
        ? { set: recorded(ending), entries: [] }
        : closing(newest, who, ending, now)
    },
    interaction
  )
  if (doc.state === 'closed') await afterClose(hub, doc)
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
