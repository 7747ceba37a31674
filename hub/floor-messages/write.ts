import { Types } from 'mongoose'
import type { Input } from '@palabre/config/contract/define'
import type { Audience, writeFloorMessage } from '@palabre/config/contract/floor-message'
import { floorOf, type FloorAgent } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import type { Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { FloorMessage, keptMs, type FloorMessageDoc } from './floor-message.model.ts'
import { newSide } from './side.ts'
import { tellFloorMessage } from './tell.ts'
import { viewerOf, type Viewer } from './viewer.ts'

const duplicateKey = 11000

/**
 * Writes to agents, to teams or to the floor, as far as the writer looks after them; who belongs to them later does not
 * get it. Refuses `unknown-reference` for somebody out of scope, and when it would reach nobody.
 */
export async function writeFloorMessageOf(
  hub: Hub,
  who: Who,
  { clientId, audience, importance, text }: Input<typeof writeFloorMessage>['body']
): Promise<FloorMessageDoc> {
  const viewer = await viewerOf(hub, who)
  const agents = await addressed(hub, viewer, audience)
  if (agents.length === 0) return refuse('unknown-reference', 'Nobody would get it')
  const now = new Date()
  return keepMessage(hub, {
    _id: new Types.ObjectId(),
    version: 1,
    kind: 'message',
    importance,
    clientKey: clientKeyOf(who, clientId),
    author: { userId: who.userId, agentId: who.agentId, name: who.name },
    audience: { kind: audience.kind, ids: 'ids' in audience ? audience.ids : [] },
    text,
    at: now,
    lastAt: now,
    sides: agents.map(({ id }) => newSide(new Types.ObjectId(id), { toldAt: now })),
    lookedAt: { [who.userId.toHexString()]: now },
    help: null,
    tellAt: now,
    expiresAt: new Date(now.getTime() + keptMs)
  })
}

export const clientKeyOf = (who: Who, clientId: string) => `${who.userId.toHexString()}:${clientId}`

/**
 * Keeps a new message and tells it. A repeat gives the one that was kept; `already-exists` when the same help is wanted
 * already.
 */
export async function keepMessage(hub: Hub, doc: FloorMessageDoc): Promise<FloorMessageDoc> {
  try {
    await FloorMessage.create(doc)
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
    const kept = (await FloorMessage.findOne({ clientKey: doc.clientKey }).lean()) as FloorMessageDoc | null
    return kept ?? refuse('already-exists')
  }
  await tellFloorMessage(hub, doc)
  return doc
}

/** The agents that an audience means now. The writer, who may be an agent too, is not written to. */
async function addressed(hub: Hub, viewer: Viewer, audience: Audience): Promise<FloorAgent[]> {
  const [{ agents }, catalog] = await Promise.all([floorOf(hub), catalogOf(hub)])
  const led = [...agents.values()].filter(
    ({ id, archived }) => !archived && viewer.leads(id) && id !== viewer.agentId?.toHexString()
  )
  if (audience.kind === 'floor') return led
  const ids = new Set(audience.ids)
  if (audience.kind === 'agents') {
    const meant = led.filter(({ id }) => ids.has(id))
    return meant.length === ids.size ? meant : refuse('unknown-reference', 'audience')
  }
  const all = viewer.led() === null
  const isKnown = (id: string) =>
    all ? catalog.team(id)?.archived === false : led.some(({ teamId }) => teamId === id)
  if (!audience.ids.every(isKnown)) return refuse('unknown-reference', 'audience')
  return led.filter(({ teamId }) => teamId !== null && ids.has(teamId))
}
