import type { Call, Party } from '@palabre/config/contract/call'

export const customerTag = 'customer'

/** What somebody is in a call: its agent, a colleague who was brought in, a supervisor, or nobody. */
export type Role = 'owner' | 'guest' | 'supervisor' | 'none'

/** A call as one agent stands in it. */
export interface Standing {
  role: Role
  /** Their own place, while it is not over. */
  own: Party | null
  isIn: boolean
  customer: Party | null
  /** Colleagues and numbers that were brought in, also those who are still called. */
  others: Party[]
  supervisors: Party[]
  /** The customer hears music while the others talk. */
  isPrivate: boolean
}

export type Control = 'mute' | 'hold' | 'record' | 'keys' | 'invite' | 'handOver' | 'transfer' | 'hangUp'
/** Why a control cannot be used; also the key of its words. */
export type WhyNot =
  | 'over'
  | 'not-in'
  | 'not-yours'
  | 'nobody'
  | 'not-answered'
  | 'not-reached'
  | 'customer-away'
  | 'nobody-talks'
  | 'never-recorded'

/** @param isOwner the call's work is in the agent's hands */
export function standingOf({ parties }: Call, agentId: string | null, isOwner: boolean): Standing {
  const there = parties.filter(({ state }) => state !== 'ended')
  const own = there.find((party) => party.agentId === agentId && agentId !== null) ?? null
  const customer = there.find(({ tag }) => tag === customerTag) ?? null
  const others = there.filter((party) => party !== own && party !== customer && party.role !== 'supervisor')
  return {
    role: isOwner ? 'owner' : own?.role === 'supervisor' ? 'supervisor' : own ? 'guest' : 'none',
    own,
    isIn: own?.state === 'in',
    customer,
    others,
    supervisors: there.filter((party) => party !== own && party.role === 'supervisor'),
    isPrivate: customer?.held === true && others.some(({ state }) => state === 'in')
  }
}

/** Null when the control can be used now. */
export function whyNot(control: Control, call: Call, standing: Standing): WhyNot | null {
  if (call.state === 'ended') return 'over'
  const { role, isIn, customer, others } = standing
  if (role === 'none') return 'not-yours'
  if (control === 'transfer' && role !== 'owner') return 'not-yours'
  if (control === 'transfer')
    return call.direction === 'out' && customer && isTried(customer) ? 'not-reached' : null
  if (!isIn) return 'not-in'
  // One's own phone can always be muted and put down.
  if (control === 'mute' || control === 'hangUp') return null
  if (role !== 'owner') return 'not-yours'
  if (customer && isTried(customer)) return 'not-reached'
  if (control === 'hold' && !customer) return 'customer-away'
  if (control === 'handOver') {
    if (!others.length) return 'nobody'
    return others.some(({ state }) => state === 'in') ? null : 'not-answered'
  }
  return null
}

/** A customer who is being called has not answered. */
const isTried = ({ state }: Party): boolean => state !== 'in' && state !== 'ended'

/** What goes on, in one word; also the key of its words. */
export type Situation =
  | 'connecting'
  | 'calling'
  | 'ringing'
  | 'held'
  | 'private'
  | 'conference'
  | 'talking'
  | 'listening'
  | 'whispering'
  | 'joined'
  | 'ended'

export function situationOf(
  call: Call,
  { role, own, isIn, customer, others, isPrivate }: Standing
): Situation {
  if (call.state === 'ended') return 'ended'
  if (!isIn) {
    // Where the customer is rung first, one's own phone is not called yet.
    const isFirst = own?.state === 'wanted' && customer && isTried(customer) && customer.state !== 'wanted'
    return isFirst ? (customer.state === 'ringing' ? 'ringing' : 'calling') : 'connecting'
  }
  if (role === 'supervisor') return heardAs(own)
  if (customer && isTried(customer)) return customer.state === 'ringing' ? 'ringing' : 'calling'
  if (isPrivate) return 'private'
  if (customer?.held) return 'held'
  return others.some(({ state }) => state === 'in') ? 'conference' : 'talking'
}

/** How a supervisor is heard. */
export function heardAs(party: Party | null): 'listening' | 'whispering' | 'joined' {
  if (party?.coach) return 'whispering'
  return party?.muted ? 'listening' : 'joined'
}
