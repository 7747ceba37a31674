import type { Step, StepResult } from '@palabre/channels/call'
import { channelNamed } from '@palabre/channels/registry'
import type { Finding } from '@palabre/config/contract/call'
import { contactAt } from '../contacts/find.ts'
import { goOn, inputOf, startFlow, type CallAct, type CallTurn } from '../flows/run.ts'
import type { QueueChoice } from '../conversations/arrival.ts'
import type { Caller, FlowInput, FlowState } from '../flows/state.ts'
import type { Hub } from '../hub.ts'
import { beginRecording } from '../recordings/begin.ts'
import { customerOf, customerTag, type CallDoc, type CallFlow, type Task } from './call.model.ts'
import type { VoiceDoor } from './door.ts'
import { adoptCallback } from '../callbacks/adopt.ts'
import { loadInteraction } from '../interactions/find.ts'
import { enterQueue, enterQueueSoon } from './enter-queue.ts'
import { loadCall } from './find.ts'
import { linesOf } from './lines.ts'
import { doing, withParty } from './parties.ts'
import { stepsOf, voicemailStep } from './steps.ts'
import { sayGoodbye } from './suggest.ts'
import { messageLeft } from './voicemail.ts'
import { writeCall } from './write.ts'

/**
 * Puts a call that has just come into the account's flow. A flow that cannot be begun (archived, never published) is an
 * incident, and the call goes to the account's queue as if there were none.
 */
export async function beginFlow(hub: Hub, door: VoiceDoor, call: CallDoc, flowId: string): Promise<Step[]> {
  try {
    return await take(
      hub,
      door,
      call,
      await startFlow(hub, flowId, await callerOf(door, call), keeping(hub, call))
    )
  } catch (error) {
    hub.log.error({ err: error, flowId, callId: call._id.toHexString() }, 'a flow could not be begun')
    return intoQueue(hub, door, call, [])
  }
}

/** A step of the flow has ended; says what comes next. An answer that is not awaited any more changes nothing. */
export async function flowStepEnded(
  hub: Hub,
  door: VoiceDoor,
  call: CallDoc,
  id: string,
  result: StepResult
): Promise<Step[]> {
  const awaits = call.flow?.awaits
  if (!call.flow || !awaits || awaits.kind === 'hangUp' || awaits.id !== id) return []
  if (awaits.kind === 'voicemail') await messageLeft(hub, call, result)
  return feed(hub, door, call, call.flow.state, inputOf(awaits, result))
}

/**
 * The line is back at this node: what was being looked up when it was lost is looked up again, and a flow that was not
 * begun is begun.
 */
export async function resumeFlow(hub: Hub, door: VoiceDoor, call: CallDoc): Promise<Step[]> {
  const { flowId } = door.account
  if (!call.flow) return flowId ? beginFlow(hub, door, call, flowId.toHexString()) : []
  return call.flow.awaits === null ? feed(hub, door, call, call.flow.state, { kind: 'again' }) : []
}

async function feed(
  hub: Hub,
  door: VoiceDoor,
  call: CallDoc,
  state: FlowState,
  input: FlowInput
): Promise<Step[]> {
  const turn = await goOn(hub, state, input, keeping(hub, call))
  return turn ? take(hub, door, call, turn) : []
}

/** Keeps where the flow stands before something slow is done. */
const keeping = (hub: Hub, { _id }: CallDoc) => ({
  async keep(state: FlowState) {
    await writeCall(hub, _id, (newest) =>
      newest.state === 'flow'
        ? { set: { flow: { state, awaits: null } satisfies CallFlow }, entries: [] }
        : null
    )
  }
})

/** Does what a turn of the flow says. */
async function take(hub: Hub, door: VoiceDoor, call: CallDoc, turn: CallTurn): Promise<Step[]> {
  const { act, state, steps } = turn
  const findings = 'values' in act ? act.values.map(({ label, value }): Finding => ({ label, value })) : []
  switch (act.kind) {
    case 'listen':
    case 'hangUp':
      return tell(hub, door, call, { kind: 'flow', steps }, { flow: { state, awaits: act }, findings })
    case 'queue': {
      const { queueId, requirements, priority } = act
      if (call.interactionId) return [...steps, ...(await sayGoodbye(hub, door, call))]
      return intoQueue(hub, door, call, steps, { queueId, requirements, priority }, findings)
    }
    case 'transfer':
      return tell(
        hub,
        door,
        call,
        { kind: 'flow', steps: [...steps, { kind: 'refer', id: act.id, to: act.to }] },
        { flow: { state, awaits: act }, findings }
      )
    case 'callback':
      return [
        ...steps,
        ...(await feed(hub, door, call, state, await keepCallback(hub, door, call, act, findings)))
      ]
    case 'voicemail':
      return takeMessage(hub, door, call, { state, awaits: act }, [
        ...steps,
        voicemailStep(call, act.id, act.seconds)
      ])
  }
}

/** A message is left within the flow, which goes on behind it. */
async function takeMessage(
  hub: Hub,
  door: VoiceDoor,
  call: CallDoc,
  flow: CallFlow,
  steps: Step[]
): Promise<Step[]> {
  const told = await tell(hub, door, call, { kind: 'flow', steps }, { flow, findings: foundBy(flow) })
  // Should it fail now it is made when the sound comes: the caller need not wait for it.
  beginRecording(hub, { ...call, flow }, 'voicemail').catch((error: unknown) => {
    hub.log.warn({ err: error, callId: call._id.toHexString() }, 'a message could not be begun yet')
  })
  return told
}

const foundBy = ({ awaits }: CallFlow): Finding[] =>
  awaits && 'values' in awaits ? awaits.values.map(({ label, value }) => ({ label, value })) : []

/** Queues a callback of this caller; the flow goes on with what became of it. */
async function keepCallback(
  hub: Hub,
  { calls, opened, policy }: VoiceDoor,
  call: CallDoc,
  { id, queueId, requirements, priority, number: text }: Extract<CallAct, { kind: 'callback' }>,
  findings: Finding[]
): Promise<FlowInput> {
  const number = calls.number(text, opened)
  // A machine that calls whatever it is asked to call is what toll fraud looks for.
  if (number === null || !policy.dialling.prefixes.some((prefix) => number.startsWith(prefix)))
    return { kind: 'failed', id, code: 'callback-not-allowed', detail: 'It may not be called' }
  const callback = { number, askedAt: new Date(), attempts: 0, lastCause: null }
  const into = { queueId, requirements, priority, callback }
  const { doc } = await writeCall(hub, call._id, () => ({ set: { into, findings }, entries: [] }), call)
  await enterQueue(hub, doc)
  const { interactionId } = (await loadCall(doc._id)) ?? doc
  const interaction = interactionId && (await loadInteraction(interactionId.toHexString()))
  if (interaction) await adoptCallback(hub, interaction, 'flow')
  return { kind: 'done', id }
}

async function intoQueue(
  hub: Hub,
  door: VoiceDoor,
  call: CallDoc,
  before: Step[],
  into: QueueChoice | null = null,
  findings: Finding[] = []
): Promise<Step[]> {
  const steps = await tell(
    hub,
    door,
    call,
    { kind: 'wait' },
    { state: 'waiting', flow: null, into, findings }
  )
  const newest = await loadCall(call._id)
  if (newest) enterQueueSoon(hub, newest)
  return [...before, ...steps]
}

/** Gives the customer the next task, unless the call is over or has left the flow meanwhile. */
async function tell(
  hub: Hub,
  door: VoiceDoor,
  known: CallDoc,
  task: Task,
  more: Partial<CallDoc>
): Promise<Step[]> {
  const { doc, changed } = await writeCall(hub, known._id, (call) =>
    call.state === 'flow'
      ? {
          set: {
            ...more,
            parties: withParty(call.parties, customerTag, (party) => doing(party, task, new Date()))
          },
          entries: []
        }
      : null
  )
  if (!changed) return []
  linesOf(hub).answered(doc, customerOf(doc))
  return stepsOf(doc, customerOf(doc), door.wording)
}

async function callerOf({ account, policy }: VoiceDoor, call: CallDoc): Promise<Caller> {
  const contact = await contactAt(channelNamed(account.channel).point, call.number)
  return {
    callId: call._id.toHexString(),
    given: {
      'call.from': call.number,
      'call.to': call.ourNumber,
      'call.name': call.name,
      'contact.name': contact?.name ?? ''
    },
    hasSpeech: policy.recognition
  }
}
