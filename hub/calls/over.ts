import type { PartyEnd } from '@palabre/channels/call'
import type { Change } from '../record/change.ts'
import type { Entry } from '../record/logged.ts'
import { customerOf, customerTag, type CallDoc, type PartyDoc } from './call.model.ts'
import { factsOf } from './facts.ts'

/** The end of a call by its customer's, with what reports need of it. */
export function ending(
  call: CallDoc,
  parties: PartyDoc[],
  endedBy: NonNullable<CallDoc['endedBy']>,
  end: PartyEnd | null,
  now: Date
): { set: Partial<CallDoc>; entry: Entry } {
  const facts = factsOf(call, parties, endedBy, end, now)
  const { role } = customerOf(call)
  return {
    set: { state: 'ended', endedAt: now, endedBy, facts },
    entry: {
      name: 'ended',
      figures: { tag: customerTag, role, agentId: null, by: end?.by ?? null, ...facts }
    }
  }
}

/** The change, and with it the end of a call whose customer was never called, which nobody else will tell. */
export function orOver(call: CallDoc, change: Change, parties: PartyDoc[], now: Date): Change {
  const customer = parties.find(({ tag }) => tag === customerTag)
  if (call.state === 'ended' || customer?.state !== 'ended') return change
  const endedBy = (change.set?.['endedBy'] as CallDoc['endedBy'] | undefined) ?? call.endedBy ?? 'system'
  const { set, entry } = ending(call, parties, endedBy, customer.end, now)
  return { ...change, set: { ...change.set, ...set }, entries: [...change.entries, entry] }
}
