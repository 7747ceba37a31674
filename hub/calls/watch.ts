import { setTimeout as sleep } from 'node:timers/promises'
import type { Hub } from '../hub.ts'
import { floorOf } from '../agents/floor.ts'
import { Interaction, type InteractionDoc, type InteractionHints } from '../interactions/interaction.model.ts'
import { Call, customerOf, customerTag, type CallDoc } from './call.model.ts'
import { callWanted } from './call-wanted.ts'
import { dismissSupervisors } from './dismiss.ts'
import { openDoor } from './door.ts'
import { accountOf } from '../accounts/accounts.ts'
import { enterQueue } from './enter-queue.ts'
import { followWork } from './follow-work.ts'
import { linesOf } from './lines.ts'
import { customerFailed } from './party-state.ts'
import { settleHeir } from './pass-on.ts'
import { phoneOf } from './phone.ts'
import { stepsOf } from './steps.ts'
import { suggest } from './suggest.ts'
import { writeCall } from './write.ts'

const watchMs = 2000
const seenEveryMs = 20_000
/** Music that nobody asked for so long has stopped: longer than the longest prompt. */
const silentMs = 40_000
/** Who stood still for so long may have left answers out that the media server waits 5 s for. */
const stillMs = watchMs + 3000
/** What came meanwhile is taken first. */
const wakeMs = 1000
/** Somebody who was called, and of whom nothing was heard for so long, was not called. */
const unheardMs = 8000

/**
 * Keeps the calls of this node in step with their interactions: at every change, and on a round every two seconds that
 * finds what no event told. Returns how to stop.
 */
export function watchCalls(hub: Hub): () => void {
  const lines = linesOf(hub)
  lines.tellTask = (call, party, line) => {
    tellTask(hub, call, party, line)
  }
  lines.callWanted = (call, line) => {
    callWanted(hub, call, line)
  }
  const report = (error: unknown) => {
    hub.log.warn({ err: error }, 'a call could not be followed yet')
  }
  const offEvents = hub.stream.onEvent(({ name, payload, hints }) => {
    if (name === 'interaction.changed') {
      const callId = lines.callOf((hints as InteractionHints).id)
      if (callId) followNow(hub, callId, (hints as InteractionHints).id).catch(report)
    } else if (name === 'call.changed') {
      const { id, version } = (JSON.parse(payload) as { call: { id: string; version: number } }).call
      if (lines.has(id) && !lines.knows(id, version)) readAgain(hub, id).catch(report)
    }
  })
  let seenAt = 0
  let lookedAt = performance.now()
  let round: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    const stoodStill = performance.now() - lookedAt > stillMs
    lookedAt = performance.now()
    if (stoodStill) round = round.then(() => doubtLater(hub)).catch(report)
    round = round.then(() => look(hub, Date.now() - seenAt > seenEveryMs)).catch(report)
    if (Date.now() - seenAt > seenEveryMs) seenAt = Date.now()
  }, watchMs)
  return () => {
    clearInterval(timer)
    offEvents()
  }
}

function tellTask(
  hub: Hub,
  call: CallDoc,
  party: CallDoc['parties'][number],
  line: Parameters<typeof callWanted>[2]
) {
  if (party.task.kind === 'out' && party.state !== 'in') return line.tell({ kind: 'hangUp' })
  accountOf(hub, call.accountId.toHexString())
    .then((account) => {
      if (account) line.tell({ kind: 'do', steps: stepsOf(call, party, openDoor(hub, account).wording) })
    })
    .catch((error: unknown) => {
      hub.log.error({ err: error, callId: call._id.toHexString() }, 'a party could not be told its task')
    })
}

async function readAgain(hub: Hub, callId: string) {
  const call = (await Call.findById(callId).lean()) as CallDoc | null
  if (call) linesOf(hub).follow(call)
}

async function followNow(hub: Hub, callId: string, interactionId: string) {
  const work = (await Interaction.findById(interactionId).lean()) as InteractionDoc | null
  if (work) await follow(hub, callId, work)
}

async function follow(hub: Hub, callId: string, work: InteractionDoc, known?: CallDoc) {
  const { agents } = await floorOf(hub)
  await writeCall(
    hub,
    callId,
    (call) =>
      followWork(
        call,
        work,
        (id) => phoneOf(agents.get(id.toHexString()) ?? { id: id.toHexString(), name: '' }),
        new Date()
      ),
    known
  )
}

async function doubtLater(hub: Hub) {
  await sleep(wakeMs)
  const lines = linesOf(hub)
  const calls = (await Call.find({ _id: { $in: lines.callIds } }).lean()) as CallDoc[]
  for (const call of calls) lines.doubt(call)
}

/** One round over the calls of which a line is here. */
async function look(hub: Hub, isSeen: boolean) {
  const lines = linesOf(hub)
  const ids = lines.callIds
  if (ids.length === 0) return
  const led = new Set(lines.led)
  const calls = (await Call.find({ _id: { $in: ids } }).lean()) as CallDoc[]
  const works = (await Interaction.find({
    _id: { $in: calls.flatMap(({ interactionId }) => interactionId ?? []) }
  }).lean()) as InteractionDoc[]
  const now = Date.now()
  for (const call of calls) {
    // Whoever has a line here is told what no event told; a call is looked after by the node with its customer's.
    lines.follow(call)
    if (!led.has(call._id.toHexString())) continue
    try {
      await lookAt(hub, call, works, now)
    } catch (error) {
      // The others are not delayed by it; the next round tries again.
      hub.log.warn({ err: error, callId: call._id.toHexString() }, 'a call could not be looked at')
    }
  }
  if (isSeen) await Call.updateMany({ _id: { $in: [...led] } }, { $set: { seenAt: new Date() } })
}

async function lookAt(hub: Hub, call: CallDoc, works: InteractionDoc[], now: number) {
  linesOf(hub).follow(call)
  if (call.state === 'ended') return
  if (call.state === 'waiting' && !call.interactionId) return enterQueue(hub, call)
  const work = works.find(({ _id }) => call.interactionId?.equals(_id))
  if (work) {
    await follow(hub, call._id.toHexString(), work, call)
    await settleHeir(hub, call, work)
    await suggest(hub, call, work, new Date(now))
  }
  await dropUnheard(hub, call, now)
  await dismissSupervisors(hub, call)
  listen(hub, call, now)
}

/** The call to a party was lost with its node: the offer goes on to ring, or to somebody else, as a new party. */
async function dropUnheard(hub: Hub, call: CallDoc, now: number) {
  const isUnheard = (party: CallDoc['parties'][number]) =>
    party.state === 'called' && party.partyId === null && now - party.changedAt.getTime() > unheardMs
  if (!call.parties.some(isUnheard)) return
  if (isUnheard(customerOf(call))) return customerFailed(hub, call)
  await writeCall(hub, call._id, (newest) => ({
    set: {
      parties: newest.parties.map((party) =>
        isUnheard(party)
          ? {
              ...party,
              state: 'ended' as const,
              // Rung anew under another name.
              offerId: null,
              end: { cause: 'failed' as const, by: null, sipStatus: null, seconds: 0 }
            }
          : party
      )
    },
    entries: [{ name: 'notCalled', figures: {} }]
  }))
}

/** Music that has died is begun again. */
function listen(hub: Hub, call: CallDoc, now: number) {
  const lines = linesOf(hub)
  const callId = call._id.toHexString()
  const { task, held } = customerOf(call)
  const isAlone = held || (call.state !== 'talking' && task.kind === 'wait')
  if (!isAlone) return
  if (!lines.silentSince(now - silentMs).some((one) => one.callId === callId && one.tag === customerTag))
    return
  lines.tellAgain(callId, customerTag)
  lines.follow(call)
}
