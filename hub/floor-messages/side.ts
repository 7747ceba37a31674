import type { Types } from 'mongoose'
import { found, refuse } from '../refuse.ts'
import type { FloorMessageDoc, SideDoc } from './floor-message.model.ts'
import { sidesFor } from './present.ts'
import type { Viewer } from './viewer.ts'

/**
 * The side that is meant: that of `agentId`, else one's own, else the only one.
 * Refuses `not-found` for one that is not theirs to see.
 */
export function sideOf(doc: FloorMessageDoc, viewer: Viewer, agentId: string | undefined): SideDoc {
  const { sides: seen, own } = found(sidesFor(doc, viewer))
  if (agentId === undefined && own) return own
  const sides = own && !seen.includes(own) ? [...seen, own] : seen
  if (agentId !== undefined) return found(sides.find((side) => side.agentId.toHexString() === agentId))
  const [only, ...others] = sides
  return only && others.length === 0
    ? only
    : refuse('invalid-input', undefined, [{ path: 'agentId', message: 'says on whose side' }])
}

/** A side on which nothing was said yet. */
export const newSide = (agentId: Types.ObjectId, said: Partial<SideDoc>): SideDoc => ({
  agentId,
  readAt: null,
  acknowledgedAt: null,
  toldAt: null,
  spokeAt: null,
  answers: 0,
  last: null,
  ...said
})
