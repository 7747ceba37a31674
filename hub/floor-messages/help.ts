import { Types } from 'mongoose'
import type { Input } from '@palabre/config/contract/define'
import type { requestHelp } from '@palabre/config/contract/floor-message'
import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import { found, refuse } from '../refuse.ts'
import { agentOf, type Who } from '../sessions/who.ts'
import { findFloorMessage } from './find.ts'
import { FloorMessage, keptMs, type FloorMessageDoc } from './floor-message.model.ts'
import { newSide } from './side.ts'
import { tellFloorMessage } from './tell.ts'
import { clientKeyOf, keepMessage } from './write.ts'

/**
 * An agent asks those who lead her for help. Refuses `not-yours` for an interaction that she does not hold, and
 * `already-exists` while the same help is wanted.
 */
export async function requestHelpOf(
  hub: Hub,
  who: Who,
  { clientId, interactionId, text }: Input<typeof requestHelp>['body']
): Promise<FloorMessageDoc> {
  const agentId = agentOf(who)
  const interaction = interactionId === null ? null : await findInteraction(hub, who, interactionId)
  const isHeld = interaction === null || (isInHand(interaction.state) && interaction.agentId?.equals(agentId))
  if (!isHeld) return refuse('not-yours')
  const now = new Date()
  return keepMessage(hub, {
    _id: new Types.ObjectId(),
    version: 1,
    kind: 'help',
    importance: 'normal',
    clientKey: clientKeyOf(who, clientId),
    author: { userId: who.userId, agentId, name: who.name },
    audience: null,
    text,
    at: now,
    lastAt: now,
    sides: [newSide(agentId, { spokeAt: now, readAt: now })],
    lookedAt: {},
    help: {
      agentId,
      interactionId: interaction?._id ?? null,
      channel: interaction?.channel ?? null,
      takenBy: null,
      endedAt: null,
      end: null
    },
    openKey: `${agentId.toHexString()}:${interactionId ?? ''}`,
    tellAt: now,
    expiresAt: new Date(now.getTime() + keptMs)
  })
}

const isInHand = (state: string) => state === 'active' || state === 'wrapup'

/** A supervisor is on the way. Refuses `wrong-state` when another is, or when it is over. */
export async function takeHelpOf(hub: Hub, who: Who, id: string): Promise<FloorMessageDoc> {
  const { doc, as } = await findFloorMessage(hub, who, id)
  if (doc.kind !== 'help' || as === 'self') return refuse('not-found')
  const now = new Date()
  const written = await writeHelp(
    { _id: doc._id, 'help.takenBy': null, 'help.endedAt': null },
    {
      'help.takenBy': { userId: who.userId, name: who.name, at: now },
      [`lookedAt.${who.userId.toHexString()}`]: now
    },
    now
  )
  if (!written) {
    const newest = found((await FloorMessage.findById(id).lean()) as FloorMessageDoc | null)
    return newest.help?.takenBy?.userId.equals(who.userId) && !newest.help.endedAt
      ? newest
      : refuse('wrong-state')
  }
  await tellFloorMessage(hub, written)
  return written
}

/** Help is not wanted any more: who asked takes it back, or a supervisor says that it was given. */
export async function endHelpOf(hub: Hub, who: Who, id: string): Promise<FloorMessageDoc> {
  const { doc, as } = await findFloorMessage(hub, who, id)
  if (doc.kind !== 'help') return refuse('not-found')
  const resolved = as === 'lead' || doc.help?.takenBy !== null
  return (await endHelpAs(hub, doc._id, resolved ? 'resolved' : 'withdrawn')) ?? doc
}

/** Ends help that is wanted; null when it was over already. */
export async function endHelpAs(
  hub: Hub,
  id: Types.ObjectId,
  end: NonNullable<NonNullable<FloorMessageDoc['help']>['end']>
): Promise<FloorMessageDoc | null> {
  const now = new Date()
  const written = await writeHelp(
    { _id: id, 'help.endedAt': null },
    { 'help.endedAt': now, 'help.end': end },
    now,
    { $unset: { openKey: '' } }
  )
  if (written) await tellFloorMessage(hub, written)
  return written
}

const writeHelp = (filter: object, set: Record<string, unknown>, now: Date, more: object = {}) =>
  FloorMessage.findOneAndUpdate(
    filter,
    { $set: { ...set, lastAt: now, tellAt: now }, $inc: { version: 1 }, ...more } as never,
    { returnDocument: 'after' }
  ).lean() as unknown as Promise<FloorMessageDoc | null>
