import type { PartyDoc, Task } from './call.model.ts'

/** Changes of one party among all: the list as it is then. */
export function withParty(
  parties: PartyDoc[],
  tag: string,
  change: (party: PartyDoc) => Partial<PartyDoc>
): PartyDoc[] {
  return parties.map((party) => (party.tag === tag ? { ...party, ...change(party) } : party))
}

/** Gives a party something else to do. */
export const doing = (party: PartyDoc, task: Task, now: Date): PartyDoc => ({
  ...party,
  task,
  turn: party.turn + 1,
  changedAt: now
})

/** Sends a party out of the call; one that was never called is over at once. */
export function sentOut(party: PartyDoc, now: Date): PartyDoc {
  if (party.state === 'ended' || party.task.kind === 'out') return party
  if (party.state === 'wanted')
    return { ...party, state: 'ended', since: now, changedAt: now, end: neverCalled }
  return doing(party, { kind: 'out', prompts: [] }, now)
}

const neverCalled = { cause: 'failed', by: 'us', sipStatus: null, seconds: 0 } as const

/** On the line, or on the way to it. */
export const isThere = ({ state, task }: PartyDoc) => state !== 'ended' && task.kind !== 'out'

/** Speaks and hears in the room. */
export const isIn = (party: PartyDoc) => party.state === 'in' && isThere(party)
