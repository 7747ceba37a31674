import type { Medium, Requirement } from '@palabre/config/contract/routing'
import type { Ended, Visit } from './traffic.ts'

/** What happened to an interaction, as its log and the facts tell it. */
export interface Line {
  n: number
  /** In ms since the epoch. */
  at: number
  name: string
  figures: Readonly<Record<string, string | number | null>>
  /** Routing offered it to whom the customer had spoken with. */
  sticky: boolean
}

/** What is known of the interaction as a whole. */
export interface Known {
  id: string
  medium: Medium
  queueId: string
  queuedAt: number
  dueAt: number | null
  /** Points that it has beyond its queue's. */
  points: number
  requirements: readonly Requirement[]
  preferredIds: readonly string[]
  forbiddenIds: readonly string[]
}

/** A visit as the lines tell it; what they do not tell is filled in from the others. */
export interface ToldVisit extends Omit<Visit, 'pickupMs' | 'handledMs' | 'next'> {
  pickupMs: number | null
  handledMs: number | null
  next: ToldVisit | null
}

/** Facts count waits in whole seconds. */
const roundingMs = 1500

interface Drafted extends Omit<ToldVisit, 'next' | 'moves' | 'missesMs' | 'preferredIds'> {
  moves: { afterMs: number; queueId: string }[]
  missesMs: number[]
  preferredIds: string[]
  /** The queue in which it waits after its moves. */
  inQueueId: string
}

const text = (figure: string | number | null | undefined) => (typeof figure === 'string' ? figure : null)

/** The story of one interaction, told line by line. */
class Story {
  readonly visits: Drafted[] = []
  waiting: Drafted | null = null
  inHand: Drafted | null = null
  offeredAt: number | null = null
  readonly #known: Known

  constructor(known: Known) {
    this.#known = known
  }

  /** The queue that it is in, or was in last. */
  get queueId(): string {
    return this.waiting?.inQueueId ?? this.visits.at(-1)?.inQueueId ?? this.#known.queueId
  }

  join(queueId: string, at: number) {
    const { id, medium, points, preferredIds, forbiddenIds, queuedAt, dueAt } = this.#known
    this.waiting = {
      id: `${id}:${String(this.visits.length + 1)}`,
      queueId,
      inQueueId: queueId,
      medium,
      joinedAt: at,
      queuedAt: at,
      keepsAge: false,
      points,
      requirements: null,
      preferredIds: [...preferredIds],
      forbiddenIds,
      stickyId: null,
      moves: [],
      missesMs: [],
      pickupMs: null,
      handledMs: null,
      ended: { how: 'waiting' },
      targetMs: dueAt === null ? null : dueAt - queuedAt,
      late: false
    }
    this.inHand = null
    this.offeredAt = null
  }

  /** It is in another queue now: moved while it waited, or put there out of somebody's hands. */
  goInto(queueId: string, at: number) {
    if (!this.waiting) {
      this.leaveHands(at)
      this.join(queueId, at)
    } else if (queueId !== this.waiting.inQueueId) {
      this.waiting.moves.push({ afterMs: at - this.waiting.joinedAt, queueId })
      this.waiting.inQueueId = queueId
    }
  }

  endWait(ended: Ended, queuedAt: number | null) {
    const visit = this.waiting
    if (!visit) return
    visit.ended = ended
    if (queuedAt !== null) this.#noteAge(visit, queuedAt)
    this.visits.push(visit)
    this.waiting = null
    this.offeredAt = null
  }

  leaveHands(at: number) {
    const { inHand } = this
    if (inHand?.ended.how === 'answered') {
      inHand.handledMs = at - inHand.ended.at
      inHand.ended = { ...inHand.ended, until: at }
    }
    this.inHand = null
  }

  /** A wait that began before this visit goes on. */
  #noteAge(visit: Drafted, queuedAt: number) {
    const first = this.visits[0]
    if (first && Math.abs(first.queuedAt - queuedAt) <= roundingMs) {
      visit.queuedAt = first.queuedAt
      visit.keepsAge = true
    } else if (visit.joinedAt - queuedAt > roundingMs) visit.queuedAt = queuedAt
  }
}

const beganAt = ({ at, figures }: Line) =>
  typeof figures['waitedSeconds'] === 'number' ? at - figures['waitedSeconds'] * 1000 : null

function tell(story: Story, line: Line, now: number) {
  const { at, name, figures, sticky } = line
  const { waiting } = story
  const queueId = text(figures['queueId'])
  const agentId = text(figures['agentId'])
  switch (name) {
    case 'arrived':
      return story.join(queueId ?? story.queueId, at)
    case 'offered':
      story.offeredAt = at
      if (waiting && sticky) waiting.stickyId = agentId
      return
    case 'declined':
    case 'expired':
      if (waiting && story.offeredAt !== null) waiting.missesMs.push(at - story.offeredAt)
      story.offeredAt = null
      return
    case 'withdrawn':
      story.offeredAt = null
      return
    case 'accepted':
      if (!waiting || agentId === null) return
      if (story.offeredAt !== null) waiting.pickupMs = at - story.offeredAt
      waiting.late = figures['late'] === 1
      story.endWait({ how: 'answered', at, agentId, until: now }, beganAt(line))
      story.inHand = waiting
      return
    case 'abandoned':
      return story.endWait({ how: 'left', at }, beganAt(line))
    case 'closed':
      story.leaveHands(at)
      story.waiting = null
      return
    case 'requeued':
    case 'reopened':
      return story.goInto(story.queueId, at)
    case 'assigned':
    case 'transferred':
      story.goInto(queueId ?? story.queueId, at)
      if (agentId === null) return
      // By hand to somebody: replayed as work that they should have if they can.
      story.waiting?.preferredIds.push(agentId)
      story.offeredAt = at
      return
    default:
      // An overflow, or a queue that was emptied into another.
      if (waiting && queueId !== null) story.goInto(queueId, at)
  }
}

/**
 * The stays in queues of one interaction, the first with the others hanging on it; null when it never waited.
 * @param now until when what is in somebody's hands has been there
 */
export function visitsOf(known: Known, lines: readonly Line[], now: number): ToldVisit | null {
  const story = new Story(known)
  for (const line of lines) tell(story, line, now)
  story.endWait({ how: 'waiting' }, known.queuedAt)
  const last = story.visits.at(-1)
  const transferred = lines.findLast(({ name }) => name === 'transferred')
  // What is asked for is kept of the newest visit only.
  if (last && transferred && transferred.at === last.joinedAt) last.requirements = known.requirements
  let next: ToldVisit | null = null
  for (const { inQueueId: _, ...visit } of story.visits.reverse()) next = { ...visit, next }
  return next
}
