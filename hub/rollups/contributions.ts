import { quarterOf } from '@palabre/config/figures/quarters'
import { shortAbandonMs } from '@palabre/config/figures/figures'
import type { StandingFact } from '../intervals/build.ts'
import type { RollupDoc } from './rollup.model.ts'
import { piecesOf } from './slots.ts'

export type Key = Omit<RollupDoc, 'sums' | 'batch'>

/** What is added to one record of sums. */
export interface Addition {
  key: Key
  sums: Record<string, number>
}

const number = (figure: string | number | null | undefined) => (typeof figure === 'number' ? figure : 0)
const textOf = (value: unknown): string | null =>
  value === undefined || value === null ? null : String(value as string)

/** Names of the lines that add anything. */
export const countedNames = [
  'arrived',
  'offered',
  'accepted',
  'abandoned',
  'declined',
  'expired',
  'transferred',
  'closed',
  'presence',
  'slotKept',
  'slotBroken'
]

function queueKey(fact: StandingFact, queueId: string | null): Key {
  const slot = quarterOf(+fact.at)
  const [accountId, channel, medium] = [
    textOf(fact['accountId']),
    textOf(fact['channel']),
    textOf(fact['medium'])
  ]
  return {
    _id: [slot, 'queue', queueId, accountId, channel, medium].join('|'),
    slot: new Date(slot),
    kind: 'queue',
    queueId,
    accountId,
    channel,
    medium,
    agentId: null,
    teamId: null
  }
}

function agentKey(slot: number, agentId: string, teamId: string | null): Key {
  return {
    _id: [slot, 'agent', agentId].join('|'),
    slot: new Date(slot),
    kind: 'agent',
    queueId: null,
    accountId: null,
    channel: null,
    medium: null,
    agentId,
    teamId
  }
}

/** What an interaction's line adds to its queue: counts, and times in ms. */
function queueSums({ name, figures }: StandingFact): Record<string, number> | null {
  const waitedMs = number(figures['waitedSeconds']) * 1000
  switch (name) {
    case 'arrived':
      return { arrived: 1 }
    case 'offered':
      return { offers: 1 }
    case 'accepted':
      return { answered: 1, answerMs: waitedMs, answeredInTarget: number(figures['late']) === 0 ? 1 : 0 }
    case 'abandoned':
      return { abandoned: 1, abandonedMs: waitedMs, abandonedShort: waitedMs < shortAbandonMs ? 1 : 0 }
    case 'declined':
      return { declined: 1 }
    case 'expired':
      return { missed: 1 }
    case 'transferred':
      return { transferred: 1 }
    case 'closed':
      // What no person handled (an automatic reply) is not work done.
      return figures['handledSeconds'] === undefined
        ? { automatic: 1 }
        : { handled: 1, handledMs: number(figures['handledSeconds']) * 1000 }
    case 'slotKept':
      return { slotsKept: 1 }
    case 'slotBroken':
      return { slotsBroken: 1 }
    default:
      return null
  }
}

const agentNames: Record<string, (sums: Record<string, number>) => Record<string, number>> = {
  accepted: ({ answered = 0 }) => ({ answered }),
  declined: ({ declined = 0 }) => ({ declined }),
  expired: ({ missed = 0 }) => ({ missed }),
  closed: ({ handled = 0, handledMs = 0 }) => ({ handled, handledMs })
}

/** What one fact adds, to which sums. Depends on nothing but the fact. */
export function contributionsOf(fact: StandingFact): Addition[] {
  return fact.noun === 'agent' ? timeOf(fact) : countsOf(fact)
}

function countsOf(fact: StandingFact): Addition[] {
  const sums = queueSums(fact)
  if (!sums) return []
  const { name, figures, after, at } = fact
  const fromQueueId = name === 'transferred' ? textOf(figures['fromQueueId']) : null
  const agentId = textOf(figures['agentId'])
  const mine = agentNames[name]?.(sums)
  return [
    { key: queueKey(fact, fromQueueId ?? after.queueId ?? null), sums },
    ...(agentId !== null && mine ? [{ key: agentKey(quarterOf(+at), agentId, null), sums: mine }] : [])
  ]
}

/** The time of an agent in the state that has ended, cut by quarters. */
function timeOf({ name, figures, at, recordId, ...dims }: StandingFact): Addition[] {
  const from = textOf(figures['from'])
  const ms = number(figures['fromMs'])
  if (name !== 'presence' || from === null || ms <= 0) return []
  return piecesOf(+at - ms, +at).map((piece) => ({
    key: agentKey(piece.slot, recordId.toHexString(), textOf(dims['teamId'])),
    sums: { [`${from}Ms`]: piece.ms }
  }))
}

/** What facts add, one entry for each record of sums. */
export function sumUp(facts: readonly StandingFact[]): Addition[] {
  const additions = new Map<string, Addition>()
  for (const { key, sums } of facts.flatMap(contributionsOf)) {
    const entry = additions.get(key._id) ?? { key, sums: {} }
    additions.set(key._id, entry)
    entry.key.teamId ??= key.teamId
    for (const [name, value] of Object.entries(sums)) entry.sums[name] = (entry.sums[name] ?? 0) + value
  }
  return [...additions.values()]
}
