import { Types } from 'mongoose'
import type { PartyDoc } from './call.model.ts'

type Given = Pick<PartyDoc, 'role' | 'agentId' | 'target' | 'name' | 'task'> & Partial<PartyDoc>

/** Somebody who is to come into a call; unless said otherwise wanted, and under a name of its own. */
export const newParty = (given: Given, now: Date): PartyDoc => ({
  tag: new Types.ObjectId().toHexString(),
  offerId: null,
  partyId: null,
  state: 'wanted',
  turn: 0,
  held: false,
  heldSince: null,
  heldMs: 0,
  muted: false,
  coach: null,
  stream: 'off',
  heir: false,
  invited: false,
  since: now,
  changedAt: now,
  end: null,
  ...given
})
