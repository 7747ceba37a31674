import { customerOf, customerTag, type CallDoc, type PartyDoc, type Task } from './call.model.ts'

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

/** A supervisor takes the call over: comes into the room anew, as its agent, heard and hearing like one. */
export const inCharge = (party: PartyDoc, now: Date): PartyDoc =>
  party.role === 'supervisor'
    ? { ...doing(party, { kind: 'join' }, now), role: 'agent', invited: false, muted: false, coach: null }
    : party

/** On the line, or on the way to it. */
export const isThere = ({ state, task }: PartyDoc) => state !== 'ended' && task.kind !== 'out'

/** Speaks and hears in the room. */
export const isIn = (party: PartyDoc) => party.state === 'in' && isThere(party)

/** Talks with the customer, or would if they were there: nobody who listens, or was not yet asked whether they take it. */
export const isTalker = (party: PartyDoc) =>
  party.tag !== customerTag && party.role !== 'supervisor' && isIn(party) && party.task.kind === 'join'

/** Do the customer and somebody of ours (or outside) have each other on the line? */
export const isTalk = (parties: PartyDoc[]): boolean =>
  parties.some((party) => party.tag === customerTag && isIn(party)) && parties.some(isTalker)

/**
 * Whose line calls others into the call, and whose node looks after it: the customer's; in a call of ours that begins
 * with the agent, until the customer answers, theirs.
 */
export function leaderTag(call: CallDoc): string {
  if (call.direction === 'in' || isIn(customerOf(call))) return customerTag
  const caller = call.parties.find((party) => party.role === 'agent' && isThere(party))
  // Who is rung only when the customer is there has no line yet.
  return caller && caller.state !== 'wanted' ? caller.tag : customerTag
}

/** Was the customer ever on the line? In a call of ours they may not have answered. */
export const wasReached = ({ direction, talkingSince, log }: CallDoc): boolean =>
  direction === 'in' ||
  talkingSince !== null ||
  log.some(({ name, figures }) => name === 'joined' && figures['tag'] === customerTag)

/** Puts a party on hold, or takes it back; the time is counted. */
export function holding(party: PartyDoc, on: boolean, now: Date): PartyDoc {
  if (party.held === on) return party
  const heldMs = party.heldMs + (party.heldSince ? now.getTime() - party.heldSince.getTime() : 0)
  return {
    ...party,
    held: on,
    heldSince: on ? now : null,
    heldMs: on ? party.heldMs : heldMs,
    changedAt: now
  }
}

export const secondsBetween = (from: Date, to: Date) => Math.round((to.getTime() - from.getTime()) / 1000)
