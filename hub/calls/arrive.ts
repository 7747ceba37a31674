import type { Line, LineEvent, Step } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { catalogOf } from '../settings/catalog.ts'
import { isOpen } from '../settings/opening.ts'
import { Call, callTold, customerOf, customerTag, type CallDoc, type Task } from './call.model.ts'
import type { VoiceDoor } from './door.ts'
import { enterQueueSoon } from './enter-queue.ts'
import { beginFlow } from './flow-turn.ts'
import { callOfParty } from './find.ts'
import { linesOf } from './lines.ts'
import { newCall } from './new-call.ts'
import { newParty } from './new-party.ts'
import { stepsOf } from './steps.ts'

type Arrived = Extract<LineEvent, { kind: 'arrived' }>

/** A customer calls: the call is kept first, then they hear what the account has for them. */
export async function customerArrives(
  hub: Hub,
  door: VoiceDoor,
  event: Arrived,
  line: Line,
  partyId: string
): Promise<Step[]> {
  const known = await callOfParty(partyId)
  if (known) {
    // Told twice: the first answer was lost.
    linesOf(hub).attach(known, customerOf(known), line, 'now')
    return stepsOf(known, customerOf(known), door.wording)
  }
  const now = new Date()
  const { flowId } = door.account
  const task: Task = flowId ? { kind: 'flow', steps: [] } : await firstTask(hub, door, now)
  const call = callFrom(door, event, partyId, task, now)
  await Call.collection.insertOne(call as never)
  hub.relay.pass(callTold, call)
  linesOf(hub).attach(call, customerOf(call), line, 'now')
  const welcome: Step[] =
    door.policy.welcome.length > 0 ? [{ kind: 'prompt', prompts: door.policy.welcome }] : []
  if (task.kind === 'flow') return [...welcome, ...(await beginFlow(hub, door, call, flowId!.toHexString()))]
  if (task.kind === 'wait') enterQueueSoon(hub, call)
  return [...welcome, ...stepsOf(call, customerOf(call), door.wording)]
}

async function firstTask(hub: Hub, { account, wording }: VoiceDoor, now: Date): Promise<Task> {
  const catalog = await catalogOf(hub)
  const queue = catalog.queue(account.queueId.toHexString())
  const overflows = queue?.overflow.some(({ when }) => when.kind === 'closed')
  return overflows || isOpen(catalog.calendar(queue?.calendarId ?? null), now)
    ? { kind: 'wait' }
    : { kind: 'out', prompts: [wording.say('closed')] }
}

function callFrom(
  { account, opened, calls, policy }: VoiceDoor,
  { from, to, name }: Arrived,
  partyId: string,
  task: Task,
  now: Date
): CallDoc {
  return newCall(
    {
      accountId: account._id,
      interactionId: null,
      direction: 'in',
      recordingRule: policy.recording,
      number: calls.number(from, opened) ?? from,
      ourNumber: calls.number(to, opened) ?? to,
      name,
      state: task.kind === 'wait' ? 'waiting' : 'flow',
      parties: [
        newParty(
          {
            tag: customerTag,
            role: 'customer',
            agentId: null,
            partyId,
            target: null,
            name,
            state: 'in',
            task
          },
          now
        )
      ]
    },
    { name: 'arrived', figures: { accountId: account._id.toHexString() } },
    now
  )
}
