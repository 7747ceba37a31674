import {
  handOverCall,
  hangUpCall,
  holdCall,
  invite as inviteToCall,
  muteCall,
  passOnCall,
  pressKeys,
  recordCall,
  superviseCall,
  takeOverCall,
  type Call
} from '@palabre/config/contract/call'
import { call as ask } from '../call.ts'
import { inbox } from '../inbox/inbox.svelte.ts'
import { softphone } from '../phone/softphone.svelte.ts'
import { calls } from './calls.svelte.ts'
import type { Standing } from './standing.ts'

async function change(run: () => Promise<Call>): Promise<void> {
  calls.take(await run())
}

/** @throws {Refusal} as all of these: not-yours, wrong-state, … */
export const hold = ({ id }: Call, on: boolean, tag?: string) =>
  change(() => ask(holdCall, { params: { id }, body: { on, ...(tag !== undefined && { tag }) } }))

/** Talks with the others while the customer hears music, or with the customer while the others do. */
export async function swap(call: Call, { customer, others }: Standing): Promise<void> {
  const there = others.filter(({ state }) => state === 'in')
  // Nobody hears what is not for them, so holds come first.
  if (customer?.held) {
    for (const { tag } of there) await hold(call, true, tag)
    await hold(call, false)
  } else {
    await hold(call, true)
    for (const { tag } of there) await hold(call, false, tag)
  }
}

/** Everybody comes off hold. */
export async function together(call: Call, { customer, others }: Standing): Promise<void> {
  for (const { tag, held } of others) if (held) await hold(call, false, tag)
  if (customer?.held) await hold(call, false)
}

/**
 * Mutes the phone of this tab at once, and the agent in the call wherever their phone is. To be heard again waits for
 * the hub.
 * @throws {Refusal} when neither could be done
 */
export async function mute({ id }: Call, on: boolean): Promise<void> {
  const isHere = softphone.now.talk !== null
  if (on && isHere) softphone.mute(true)
  try {
    await change(() => ask(muteCall, { params: { id }, body: { on } }))
  } catch (error) {
    // Who believes to be unheard is.
    if (!on || !isHere) throw error
  }
  if (!on) softphone.mute(false)
}

/**
 * Starts or stops the recording, pauses it while a card number is said, or goes on with it.
 * @throws {Refusal} not-permitted where calls are never recorded, and to stop where they always are
 */
export const record = ({ id }: Call, to: 'on' | 'paused' | 'off') =>
  change(() => ask(recordCall, { params: { id }, body: { to } }))

/** @param tag whom the keys are for: the customer's side, or a guest */
export const press = ({ id }: Call, keys: string, tag: string) =>
  ask(pressKeys, { params: { id }, body: { keys, tag } })

/** Ends it for all. */
export const hangUp = ({ id, interactionId }: Call) =>
  inbox.act(interactionId ?? id, () => change(() => ask(hangUpCall, { params: { id }, body: {} })))

/** Sends one party out. */
export const remove = ({ id }: Call, tag: string) =>
  change(() => ask(hangUpCall, { params: { id }, body: { tag } }))

export type Who = { agentId: string } | { number: string }

/** @throws {Refusal} not-ready, over-capacity, already-exists, not-deliverable, invalid-input at who/number */
export const invite = ({ id }: Call, who: Who, privately: boolean) =>
  change(() => ask(inviteToCall, { params: { id }, body: { who, privately } }))

/**
 * Leaves the call to a number that is called now; when nobody answers there the customer is back in the queue.
 * @throws {Refusal} not-deliverable, invalid-input
 */
export const passOn = ({ id, interactionId }: Call, number: string) =>
  inbox.act(interactionId ?? id, () => change(() => ask(passOnCall, { params: { id }, body: { number } })))

/** @throws {Refusal} wrong-state while they have not answered, over-capacity */
export const handOver = async ({ id, interactionId }: Call, tag: string): Promise<void> => {
  const run = () => ask(handOverCall, { params: { id }, body: { tag } })
  inbox.take(await inbox.act(interactionId ?? id, run))
}

export type Supervision = 'monitor' | 'whisper' | 'barge' | 'leave'

export const supervise = ({ id }: Call, as: Supervision) =>
  change(() => ask(superviseCall, { params: { id }, body: { as } }))

export const takeOver = async ({ id, interactionId }: Call): Promise<void> => {
  const run = () => ask(takeOverCall, { params: { id } })
  inbox.take(await inbox.act(interactionId ?? id, run))
}
