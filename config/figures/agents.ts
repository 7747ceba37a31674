import type { Agent } from '../contract/agent.ts'
import type { Floor } from './floor.ts'
import { quarterOf, totalOf, type Sums } from './quarters.ts'

interface AgentFigures {
  signedIn: number
  ready: number
  busy: number
  /** Null where nobody says which work is in wrap-up. */
  wrapUp: number | null
  paused: number
  noAnswer: number
  inHand: number
  workedMs: number
  readyMs: number
  sums: Sums
}

export type AgentStanding = 'ready' | 'busy' | 'wrapUp' | 'paused' | 'noAnswer' | 'offline'

/**
 * What an agent does at this moment, one of them: ready means free. Silent written work that takes no place does not
 * make busy; who has nothing else than finished work in hand is in wrap-up.
 */
export function standingOf({ presence, holds }: Agent, wrapUps: ReadonlySet<string>): AgentStanding {
  if (presence.state === 'no-answer') return 'noAnswer'
  if (presence.state !== 'ready') return presence.state
  const taking = holds.filter(({ parked }) => parked === null)
  if (taking.length === 0) return 'ready'
  return taking.every(({ interactionId }) => wrapUps.has(interactionId)) ? 'wrapUp' : 'busy'
}

/** Interactions in wrap-up. */
export const wrapUpsOf = ({ cells }: Pick<Floor, 'cells'>): ReadonlySet<string> =>
  new Set(cells.flatMap(({ wrapUpIds }) => wrapUpIds))

export function agentFigures(
  floor: Floor,
  isMeant: (agentId: string) => boolean,
  from: number,
  now: number
): AgentFigures {
  const agents = floor.agents.filter(({ id }) => isMeant(id))
  const wrapUps = wrapUpsOf(floor)
  const standings = agents.map((agent) => standingOf(agent, wrapUps))
  const count = (wanted: AgentStanding) => standings.filter((standing) => standing === wanted).length
  const sums = sumsByAgent(floor, isMeant, from)
  const times = agents.map((agent) => timesOf(agent, sums.get(agent.id) ?? {}, from, now))
  return {
    signedIn: standings.length - count('offline'),
    ready: count('ready'),
    busy: count('busy'),
    wrapUp: count('wrapUp'),
    paused: count('paused'),
    noAnswer: count('noAnswer'),
    inHand: agents.reduce((all, { holds }) => all + holds.length, 0),
    workedMs: times.reduce((all, { workedMs }) => all + workedMs, 0),
    readyMs: times.reduce((all, { readyMs }) => all + readyMs, 0),
    sums: totalOf([...sums.values()].map((one) => ({ sums: one })))
  }
}

function sumsByAgent({ quarters }: Floor, isMeant: (agentId: string) => boolean, from: number) {
  const first = quarterOf(from)
  const sums = new Map<string, Sums>()
  for (const quarter of quarters) {
    const { agentId } = quarter
    if (agentId === null || Date.parse(quarter.slot) < first || !isMeant(agentId)) continue
    const known = sums.get(agentId)
    sums.set(agentId, known ? totalOf([{ sums: known }, quarter]) : quarter.sums)
  }
  return sums
}

/**
 * Time ready, the state that lasts included, and how much of it was work: the handled time of what was finished and the
 * time since the oldest work in hand. Several at once would count more than once, so it is never more than the time ready.
 */
function timesOf({ presence, holds }: Agent, sums: Sums, from: number, now: number) {
  const lasting = (since: string) => Math.max(0, now - Math.max(from, Date.parse(since)))
  const readyMs = (sums['readyMs'] ?? 0) + (presence.state === 'ready' ? lasting(presence.since) : 0)
  const inHandMs = Math.max(
    0,
    ...holds.filter(({ parked }) => parked === null).map(({ since }) => lasting(since))
  )
  return { readyMs, workedMs: Math.min(readyMs, (sums['handledMs'] ?? 0) + inHandMs) }
}
