import type { Step } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { intoCallback } from '../callbacks/into-callback.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { customerOf, customerTag, partyOf, type CallDoc } from './call.model.ts'
import type { VoiceDoor } from './door.ts'
import { linesOf } from './lines.ts'
import { doing, withParty } from './parties.ts'
import { stepsOf } from './steps.ts'
import { leaveMessage } from './voicemail.ts'
import { waitAgain } from './wait-again.ts'
import { writeCall } from './write.ts'

/** What was not taken is suggested again after so long. */
const againMs = 120_000

/** Where a rule of the queue says so, somebody who waits is asked whether they would rather do something else. */
export async function suggest(hub: Hub, known: CallDoc, work: InteractionDoc, now: Date): Promise<void> {
  const what = work.suggestion
  if (what !== 'callback' && what !== 'voicemail') return
  if (work.state !== 'queued' || (what === 'callback' && known.number === '')) return
  const isDue = ({ state, suggestedAt, parties }: CallDoc) =>
    state === 'waiting' &&
    partyOf({ ...known, parties }, customerTag).task.kind === 'wait' &&
    (!suggestedAt || now.getTime() - suggestedAt.getTime() > againMs)
  if (!isDue(known)) return
  await writeCall(
    hub,
    known._id,
    (call) =>
      isDue(call)
        ? {
            set: {
              suggestedAt: now,
              parties: withParty(call.parties, customerTag, (party) =>
                doing(party, { kind: 'suggest', what }, now)
              )
            },
            entries: [{ name: 'suggested', figures: { what } }]
          }
        : null,
    known
  )
}

/** The customer has said yes. Too late when an agent is already being rung: then they wait on. */
export async function takeSuggestion(
  hub: Hub,
  door: VoiceDoor,
  call: CallDoc,
  what: 'callback' | 'voicemail'
): Promise<Step[]> {
  if (what === 'voicemail') return leaveMessage(hub, door, call)
  const isTaken = call.interactionId !== null && (await intoCallback(hub, call.interactionId, call.number))
  return isTaken ? sayGoodbye(hub, door, call) : waitAgain(hub, door, call)
}

/** The customer hears that they will be called back, and is hung up on. */
export async function sayGoodbye(hub: Hub, door: VoiceDoor, known: CallDoc): Promise<Step[]> {
  const now = new Date()
  const { doc } = await writeCall(hub, known._id, (call) =>
    call.state === 'ended'
      ? null
      : {
          set: {
            endedBy: 'system',
            parties: withParty(call.parties, customerTag, (party) =>
              doing(party, { kind: 'out', prompts: [door.wording.say('callback-noted')] }, now)
            )
          },
          entries: [{ name: 'calledBack', figures: { number: call.number } }]
        }
  )
  linesOf(hub).answered(doc, customerOf(doc))
  return stepsOf(doc, customerOf(doc), door.wording)
}
