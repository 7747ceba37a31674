import type { BoardCell } from '../contract/board.ts'
import { agentFigures } from './agents.ts'
import {
  agentsWithin,
  namesAgents,
  namesWork,
  targetsOf,
  workWithin,
  type Filter,
  type Floor
} from './floor.ts'
import type { Figures } from './names.ts'
import { hourSince, quarterOf, totalOf, type Sums } from './quarters.ts'

export { figureNames, type FigureName, type Figures } from './names.ts'
export type { Filter, Floor } from './floor.ts'

/** From this share of the target on, waiting work is at risk. */
export const riskShare = 0.8

/** Who gives up within this time had not begun to wait: shown apart. */
export const shortAbandonMs = 5000

/** Late, at risk, or neither yet. */
export function riskOf(due: BoardCell['due'][number], now: number): 'late' | 'atRisk' | null {
  const [from, until] = [Date.parse(due.queuedAt), Date.parse(due.dueAt)]
  if (now >= until) return 'late'
  return now >= from + riskShare * (until - from) ? 'atRisk' : null
}

/** All figures of a part of the floor. Its formulas in words are `figures.<name>-formula`. */
export function figuresOf(floor: Floor, filter: Filter, now: number): Figures {
  return { ...nowFigures(floor, filter, now), ...dayFigures(floor, filter, now) }
}

/** What stands at this moment. */
function nowFigures(floor: Floor, filter: Filter, now: number) {
  const cells = floor.cells.filter(workWithin(floor, filter))
  const sum = (valueOf: (cell: BoardCell) => number) => cells.reduce((all, cell) => all + valueOf(cell), 0)
  const risks = (risk: 'late' | 'atRisk') =>
    sum(({ due }) => due.filter((one) => riskOf(one, now) === risk).length)
  const oldest = cells
    .map(({ oldestQueuedAt }) => oldestQueuedAt ?? '')
    .filter(Boolean)
    .sort()[0]
  return {
    waiting: sum(({ waiting }) => waiting),
    oldestWaitMs: oldest === undefined ? null : Math.max(0, now - Date.parse(oldest)),
    offered: sum(({ offered }) => offered),
    atRisk: risks('atRisk'),
    late: risks('late'),
    active: sum(({ active }) => active),
    wrapUp: sum(({ wrapUp }) => wrapUp)
  }
}

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)

/** What the day brought. What agents did is theirs where a team or a site is asked for, else their queues'. */
function dayFigures(floor: Floor, filter: Filter, now: number) {
  const isMeant = workWithin(floor, filter)
  const work = floor.quarters.filter(({ kind, ...key }) => kind === 'queue' && isMeant(key))
  const targets = targetsOf(floor)
  const withTarget = work.filter(({ queueId, medium }) => targets.has(`${queueId ?? ''} ${medium ?? ''}`))
  const since = (from: number) => (quarter: { slot: string }) => Date.parse(quarter.slot) >= from
  const isToday = since(quarterOf(filter.from))

  const of = counting(totalOf(work.filter(isToday)))
  const target = counting(totalOf(withTarget.filter(isToday)))
  const lately = counting(totalOf(withTarget.filter(since(hourSince(now)))))
  const isTheirs = agentsWithin(floor, filter, now)
  const agents = isTheirs ? agentFigures(floor, isTheirs, filter.from, now) : null
  const done = doneOf(filter, of, agents && counting(agents.sums))
  return {
    arrived: of('arrived'),
    serviceLevel: share(target('answeredInTarget'), target('answered') + target('abandoned')),
    serviceLevelNow: share(lately('answeredInTarget'), lately('answered') + lately('abandoned')),
    serviceLevelWithoutShort: share(
      target('answeredInTarget'),
      target('answered') + target('abandoned') - target('abandonedShort')
    ),
    serviceLevelAnswered: share(target('answeredInTarget'), target('answered')),
    abandoned: of('abandoned'),
    abandonment: share(of('abandoned'), of('answered') + of('abandoned')),
    asaMs: share(of('answerMs'), of('answered')),
    automatic: of('automatic'),
    slotsKept: share(of('slotsKept'), of('slotsKept') + of('slotsBroken')),
    answered: done?.('answered') ?? null,
    missed: done?.('missed') ?? null,
    handled: done?.('handled') ?? null,
    ahtMs: done && share(done('handledMs'), done('handled')),
    occupancy: agents && share(agents.workedMs, agents.readyMs),
    agentsSignedIn: agents?.signedIn ?? null,
    agentsReady: agents?.ready ?? null,
    agentsBusy: agents?.busy ?? null,
    agentsWrapUp: agents?.wrapUp ?? null,
    agentsPaused: agents?.paused ?? null,
    agentsNoAnswer: agents?.noAnswer ?? null,
    inHand: agents?.inHand ?? null
  }
}

const counting = (sums: Sums) => (name: string) => sums[name] ?? 0
type Count = ReturnType<typeof counting>

/** Sums of what agents did: an agent's are not told apart by queue, so a team's work of one queue is not known. */
function doneOf(filter: Filter, work: Count, agents: Count | null): Count | null {
  if (!namesAgents(filter)) return work
  return namesWork(filter) ? null : agents
}
