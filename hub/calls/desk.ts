import type { Desk, Line, LineEvent, Step } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { machineHeard } from '../callbacks/machine.ts'
import { partyAnswers } from './answer.ts'
import { customerArrives } from './arrive.ts'
import { customerTag, type CallDoc, type PartyDoc } from './call.model.ts'
import type { VoiceDoor } from './door.ts'
import { callOfParty, findCalledAs } from './find.ts'
import { resumeFlow } from './flow-turn.ts'
import { linesOf } from './lines.ts'
import { isNotice, noticeSteps } from './notice.ts'
import { partyChanges } from './party-state.ts'
import { stepId } from './steps.ts'
import { stepEnded } from './step-ended.ts'
import { waitingPrompts } from './waiting-prompts.ts'

/** The hub as the lines of one account see it. */
export function deskOf(hub: Hub, door: VoiceDoor): Desk {
  return {
    take: (event, line) => take(hub, door, event, line),
    lost(line) {
      linesOf(hub).detach(line)
    }
  }
}

async function take(hub: Hub, door: VoiceDoor, event: LineEvent, line: Line): Promise<Step[]> {
  const { partyId } = line
  if (event.kind === 'arrived') {
    if (partyId === null) return [{ kind: 'hangUp' }]
    if (event.tag === null) return customerArrives(hub, door, event, line, partyId)
    const called = await findCalledAs(event.tag)
    return called ? partyAnswers(hub, door, called.call, called.tag, line, partyId) : [{ kind: 'hangUp' }]
  }
  if (event.kind === 'state') {
    const called = event.tag === null ? null : await findCalledAs(event.tag)
    const call = called?.call ?? (await callOfParty(event.partyId))
    const party = call && partyIn(call, called?.tag ?? null, event.partyId)
    if (!call || !party) return []
    // Whoever is called has a line from the first ring on; by it the ringing can be ended.
    if (event.partyId === partyId && isCalled(call, party) && event.state !== 'ended') {
      linesOf(hub).attach(call, party, line, 'now')
      // Sent away before it could be told so.
      if (party.task.kind === 'out') line.tell({ kind: 'hangUp' })
    }
    await partyChanges(hub, call, party.tag, event)
    return []
  }
  if (event.kind === 'trouble') {
    hub.log.warn({ partyId, detail: event.detail }, 'the media server could not do something')
    return []
  }
  if (partyId === null) return []
  const call = await callOfParty(partyId)
  const party = call && partyIn(call, null, partyId)
  if (!call || !party) {
    if (event.kind !== 'returned') return [{ kind: 'hangUp' }]
    // The node died before it had kept that somebody came.
    return event.arrival ? take(hub, door, event.arrival, line) : []
  }
  switch (event.kind) {
    case 'returned':
      // Or before it had taken in who answered.
      if (event.arrival && isCalled(call, party) && party.state !== 'in' && party.state !== 'ended')
        return partyAnswers(hub, door, call, party.tag, line, partyId)
      linesOf(hub).attach(call, party, line, 'before')
      return party.task.kind === 'flow' ? resumeFlow(hub, door, call) : []
    case 'waiting':
      if (isNotice(event.id)) return noticeSteps(door, party, event.seconds, line)
      linesOf(hub).waited(call._id.toHexString(), party.tag)
      return [{ kind: 'prompt', prompts: await waitingPrompts(hub, door, call, party) }]
    case 'result':
      // Steps of a flow have names of their own, which tell what is late.
      return party.task.kind === 'flow' || isNewest(party, event.id)
        ? stepEnded(hub, door, call, party, event.id, event.result)
        : []
    case 'answeredBy':
      if (event.by === 'machine' && party.tag === customerTag) await machineHeard(hub, call)
      return []
    // Who comes and goes is known from the lines themselves; a key outside of a question means nothing.
    case 'room':
    case 'key':
      return []
  }
}

const partyIn = (call: CallDoc, tag: string | null, partyId: string): PartyDoc | undefined =>
  call.parties.find((party) => (tag === null ? party.partyId === partyId : party.tag === tag))

/** Called by us, as all are but customers who call. */
const isCalled = ({ direction }: CallDoc, { tag }: PartyDoc) => tag !== customerTag || direction === 'out'

const isNewest = ({ tag, turn }: PartyDoc, id: string) => id === stepId({ tag, turn })
