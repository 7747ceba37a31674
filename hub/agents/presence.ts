import { Types } from 'mongoose'
import type { PresenceState } from '@palabre/config/contract/agent'
import type { Actor, Hub } from '../hub.ts'
import { Interaction, type InteractionDoc } from '../interactions/interaction.model.ts'
import { requeueWorkOf } from '../interactions/requeue.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { settings } from '../settings/setting.model.ts'
import { Agent, type AgentDoc } from './agent.model.ts'
import { tellAgent } from './tell.ts'

/** A node that has an agent's socket says so this often; without a sign for `goneMs` the agent is offline. */
export const seenEveryMs = 10_000
export const goneMs = 30_000

export interface Wish {
  state: PresenceState
  pauseReasonId?: string | undefined
  /** Null when the agent did it. */
  cause?: string | null
}

/**
 * Changes an agent's status. Going offline gives back offers and urgent work; pausing gives back offers. Refuses
 * `invalid-input` for a pause without a known reason.
 */
export async function changePresence(
  hub: Hub,
  id: Types.ObjectId,
  wish: Wish,
  by?: Actor
): Promise<AgentDoc> {
  if (wish.state === 'paused') {
    const reason = wish.pauseReasonId
      ? await settings.pauseReason.model.findById(wish.pauseReasonId).lean()
      : null
    if (!reason || reason.archived)
      refuse('invalid-input', undefined, [{ path: 'pauseReasonId', message: 'names no pause reason' }])
  }
  const written = found(
    await change(Agent, id, (agent) => {
      const { state, pauseReasonId = null, cause = null } = wish
      const { presence } = agent
      if (presence.state === state && presence.pauseReasonId === pauseReasonId && presence.cause === cause)
        return null
      const now = new Date()
      return {
        set: {
          presence: { state, pauseReasonId, since: now, cause },
          misses: 0,
          ...(state === 'ready' && { idleSince: now, seenAt: now })
        },
        entries: [
          {
            name: 'presence',
            ...(by && { by }),
            figures: { state, pauseReasonId, cause, from: presence.state, fromMs: +now - +presence.since },
            after: { state, detail: pauseReasonId },
            ...(cause === 'forced' && {
              action: 'presence.force',
              changes: { presence: [presence.state, state] }
            })
          }
        ]
      }
    })
  )
  if (written.changed) await tellAgent(hub, written.doc)
  if (wish.state !== 'ready') await giveBack(hub, id, wish)
  return written.doc
}

async function giveBack(hub: Hub, agentId: Types.ObjectId, { state, cause }: Wish) {
  const work = (await Interaction.find({
    $or: [
      { 'offer.agentId': { $eq: agentId, $type: 'objectId' } },
      ...(state === 'offline' ? [{ agentId, state: 'active' as const }] : [])
    ]
  }).lean()) as InteractionDoc[]
  if (work.length > 0) await requeueWorkOf(hub, agentId, work, cause ?? state)
}

/** Notes which agents have a socket here. */
export async function noteSeen(agentIds: string[]) {
  if (agentIds.length === 0) return
  await Agent.collection.updateMany({ _id: { $in: agentIds.map((id) => new Types.ObjectId(id)) } } as never, {
    $set: { seenAt: new Date() }
  })
}

/** Agents whose connection is lost go offline; their offers and urgent work go to others. Returns how many. */
export async function dropGone(hub: Hub, now: Date): Promise<number> {
  const gone = (await Agent.find({
    'presence.state': { $ne: 'offline' },
    seenAt: { $lt: new Date(now.getTime() - goneMs) }
  })
    .limit(200)
    .lean()) as AgentDoc[]
  for (const { _id } of gone) await changePresence(hub, _id, { state: 'offline', cause: 'connection-lost' })
  return gone.length
}
