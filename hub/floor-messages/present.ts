import type {
  FloorAnswer as FloorAnswerWire,
  FloorMessage as FloorMessageWire
} from '@palabre/config/contract/floor-message'
import type { AuthorDoc, FloorAnswerDoc, FloorMessageDoc, SideDoc } from './floor-message.model.ts'
import type { Viewer } from './viewer.ts'
import { idText, timeText } from '../wire.ts'

const sidesShown = 50

const presentAuthor = ({ userId, agentId, name }: AuthorDoc) => ({
  userId: userId.toHexString(),
  agentId: idText(agentId),
  name
})

const presentSide = ({ agentId, answers, last }: SideDoc) => ({
  agentId: agentId.toHexString(),
  answers,
  last: last && { ...last, at: last.at.toISOString() }
})

const newest = (...moments: (Date | null | undefined)[]) =>
  new Date(Math.max(0, ...moments.map((moment) => moment?.getTime() ?? 0)))

/**
 * The sides that somebody may see: those that they lead, else their own. Null when it is no business of theirs. What one
 * asks for oneself is one's own, whomever one leads.
 */
export function sidesFor(
  doc: FloorMessageDoc,
  viewer: Viewer
): { as: 'self' | 'lead'; sides: SideDoc[]; own: SideDoc | undefined } | null {
  const own = doc.sides.find(({ agentId }) => viewer.agentId?.equals(agentId))
  const led = doc.sides.filter((side) => side !== own && viewer.leads(side.agentId))
  if (led.length > 0) return { as: 'lead', sides: led, own }
  if (own) return { as: 'self', sides: [own], own }
  return doc.author.userId.equals(viewer.userId) ? { as: 'lead', sides: [], own } : null
}

/** The message as this viewer may see it; null when they may not. */
export function presentFloorMessage(doc: FloorMessageDoc, viewer: Viewer): FloorMessageWire | null {
  const mine = sidesFor(doc, viewer)
  if (!mine) return null
  const { as, sides, own } = mine
  const isSelf = as === 'self'
  const looked = isSelf ? own?.readAt : doc.lookedAt[viewer.userId.toHexString()]
  const told = newest(own?.toldAt, ...(isSelf ? [] : sides.map(({ spokeAt }) => spokeAt)))
  const said = sides
    .filter(({ answers }) => answers > 0)
    .sort((a, b) => newest(b.last?.at).getTime() - newest(a.last?.at).getTime())
  const { help, audience } = doc
  return {
    id: doc._id.toHexString(),
    version: doc.version,
    kind: doc.kind,
    seenAs: as,
    importance: doc.importance,
    author: presentAuthor(doc.author),
    audience: audience && {
      kind: audience.kind,
      ids: isSelf ? [] : audience.kind === 'agents' ? idsOf(sides) : audience.ids,
      count:
        own && audience.kind === 'agents'
          ? 1
          : audience.kind === 'agents'
            ? sides.length
            : audience.ids.length
    },
    text: doc.text,
    at: doc.at.toISOString(),
    lastAt: newest(
      doc.at,
      ...said.map(({ last }) => last?.at),
      help?.takenBy?.at,
      help?.endedAt
    ).toISOString(),
    unread: told.getTime() > (looked?.getTime() ?? 0),
    addressed: sides.length,
    seen: sides.filter(({ readAt }) => readAt !== null).length,
    acknowledged: sides.filter(({ acknowledgedAt }) => acknowledgedAt !== null).length,
    awaitsYou: doc.importance === 'urgent' && own?.acknowledgedAt === null,
    sides: said.slice(0, sidesShown).map(presentSide),
    help: help && {
      agentId: help.agentId.toHexString(),
      interactionId: idText(help.interactionId),
      channel: help.channel,
      takenBy: help.takenBy && {
        userId: help.takenBy.userId.toHexString(),
        name: help.takenBy.name,
        at: help.takenBy.at.toISOString()
      },
      endedAt: timeText(help.endedAt),
      end: help.end
    }
  }
}

const idsOf = (sides: readonly SideDoc[]) => sides.map(({ agentId }) => agentId.toHexString())

export const presentFloorAnswer = (doc: FloorAnswerDoc): FloorAnswerWire => ({
  id: doc._id.toHexString(),
  messageId: doc.messageId.toHexString(),
  agentId: doc.agentId.toHexString(),
  author: presentAuthor(doc.author),
  byAgent: doc.byAgent,
  text: doc.text,
  at: doc.at.toISOString()
})
