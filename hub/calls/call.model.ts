import { model, type Types } from 'mongoose'
import type { PartyEnd, Prompt, Step, Target } from '@palabre/channels/call'
import type {
  Call as CallWire,
  CallFacts,
  CallState,
  Finding,
  Party,
  PartyRole
} from '@palabre/config/contract/call'
import type { QueueChoice } from '../conversations/arrival.ts'
import type { CallAct } from '../flows/run.ts'
import type { FlowState } from '../flows/state.ts'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'
import { idText, timeText } from '../wire.ts'

/** What a party is to do; kept, so that any node can tell it again after its line was lost. */
export type Task =
  /** Goes through the number's flow. */
  | { kind: 'flow'; steps: Step[] }
  /** Hears music until an agent comes into the room, and then the agent. */
  | { kind: 'wait' }
  /** Waits, and is asked whether they would rather be called back, or leave a message. */
  | { kind: 'suggest'; what: 'callback' | 'voicemail' }
  /** Is asked to take the call by a key (phones that a voice box could answer). */
  | { kind: 'confirm' }
  | { kind: 'join' }
  | { kind: 'voicemail' }
  /** Leaves the call, after these words. */
  | { kind: 'out'; prompts: Prompt[] }

export interface PartyDoc {
  /** Our name for it: `customer`, or an id. */
  tag: string
  role: PartyRole
  agentId: Types.ObjectId | null
  /** The offer that it rings for. */
  offerId: Types.ObjectId | null
  /** The media server's id, once it is known. */
  partyId: string | null
  target: Target | null
  name: string
  state: Party['state']
  task: Task
  /** Counts tasks: what belongs to an earlier one comes too late. */
  turn: number
  held: boolean
  heldSince: Date | null
  /** Of holds that are over. */
  heldMs: number
  muted: boolean
  coach: PartyRole | null
  /** Whether its sound goes to a recording. */
  stream: 'off' | 'on' | 'paused'
  /** Takes the customer over once they answer: the agent has left already. */
  heir: boolean
  /** Brought in by an agent, not by an offer. */
  invited: boolean
  since: Date
  /** When task or marks were last changed. */
  changedAt: Date
  end: PartyEnd | null
}

/** Where a call stands in its flow. */
export interface CallFlow {
  state: FlowState
  /** What was told last and waits for an answer; null while something is looked up. */
  awaits: CallAct | null
}

/** One call: a customer, and whoever comes into its room. */
export interface CallDoc extends Logged {
  accountId: Types.ObjectId
  interactionId: Types.ObjectId | null
  direction: 'in' | 'out'
  number: string
  ourNumber: string
  name: string
  state: CallState
  parties: PartyDoc[]
  findings: Finding[]
  /** The flow that it goes through, as plain data. */
  flow: CallFlow | null
  /** Where the flow queues it; null: as the account says. */
  into: QueueChoice | null
  startedAt: Date
  talkingSince: Date | null
  endedAt: Date | null
  endedBy: CallWire['endedBy']
  /** As it was when the call began. */
  recordingRule: CallWire['recordingRule']
  /** Once it is over. */
  facts: CallFacts | null
  /** When something else than waiting was last suggested to the customer. */
  suggestedAt: Date | null
  /** When a node last had the line that leads the call. */
  seenAt: Date
}

const schema = loggedSchema<CallDoc>(
  {
    accountId: 'ObjectId',
    interactionId: { type: 'ObjectId', default: null },
    direction: String,
    number: String,
    ourNumber: String,
    name: String,
    state: String,
    parties: { type: Array, default: [] },
    findings: { type: Array, default: [] },
    flow: { type: Object, default: null },
    into: { type: Object, default: null },
    startedAt: Date,
    talkingSince: { type: Date, default: null },
    endedAt: { type: Date, default: null },
    endedBy: { type: String, default: null },
    recordingRule: { type: String, default: 'never' },
    facts: { type: Object, default: null },
    suggestedAt: { type: Date, default: null },
    seenAt: Date
  },
  'calls'
)
schema.index(
  { 'parties.partyId': 1 },
  { partialFilterExpression: { 'parties.partyId': { $type: 'string' } } }
)
schema.index({ 'parties.tag': 1 })
schema.index({ interactionId: 1, startedAt: -1 })
schema.index({ seenAt: 1 }, { partialFilterExpression: { endedAt: { $type: 'null' } } })

export const Call = model<CallDoc>('Call', schema)

export const customerTag = 'customer'

/** The customer's party; every call has one. */
export const customerOf = (call: CallDoc): PartyDoc => partyOf(call, customerTag)

export function partyOf(call: CallDoc, tag: string): PartyDoc {
  const party = call.parties.find((one) => one.tag === tag)
  if (!party) throw new Error(`Call ${call._id.toHexString()} has no party ${tag}`)
  return party
}

/** The room in which its parties meet. */
export const roomOf = (call: CallDoc): string => `call-${call._id.toHexString()}`

export function presentCall(doc: CallDoc): CallWire {
  return {
    id: doc._id.toHexString(),
    version: doc.version,
    accountId: doc.accountId.toHexString(),
    interactionId: idText(doc.interactionId),
    direction: doc.direction,
    number: doc.number,
    ourNumber: doc.ourNumber,
    name: doc.name,
    state: doc.state,
    parties: doc.parties.map((party) => ({
      tag: party.tag,
      role: party.role,
      agentId: idText(party.agentId),
      name: party.name,
      state: party.state,
      held: party.held,
      heldSince: timeText(party.heldSince),
      muted: party.muted,
      coach: party.coach,
      since: party.since.toISOString(),
      end: party.end
    })),
    findings: doc.findings,
    recording: doc.state === 'ended' ? 'off' : customerOf(doc).stream,
    recordingRule: doc.recordingRule,
    startedAt: doc.startedAt.toISOString(),
    talkingSince: timeText(doc.talkingSince),
    endedAt: timeText(doc.endedAt),
    endedBy: doc.endedBy,
    facts: doc.facts
  }
}

export const callTold = told<CallDoc>({
  noun: 'call',
  model: Call,
  tell(doc) {
    const agents = new Set(doc.parties.flatMap(({ agentId }) => agentId?.toHexString() ?? []))
    return [
      {
        name: 'call.changed',
        payload: { call: presentCall(doc) },
        topics: [
          ...(doc.interactionId ? [`interaction:${doc.interactionId.toHexString()}`] : []),
          ...[...agents].map((id) => `agent:${id}`)
        ]
      }
    ]
  },
  dimensions: (doc) => ({ accountId: doc.accountId, interactionId: doc.interactionId })
})
