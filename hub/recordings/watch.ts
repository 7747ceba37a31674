import type { Line } from '@palabre/channels/call'
import { Types } from 'mongoose'
import { customerOf, customerTag, type CallDoc } from '../calls/call.model.ts'
import { loadCall } from '../calls/find.ts'
import { linesOf } from '../calls/lines.ts'
import type { Hub } from '../hub.ts'
import { soundBusOf } from './bus.ts'
import { openRecordingsOf } from './find.ts'
import { endRecording, followCall } from './follow.ts'
import { orderSound } from './order.ts'
import type { RecordingDoc } from './recording.model.ts'
import { linkLeft } from './voicemail.ts'

const watchMs = 2000
/** Sound that was ordered has come by then. */
const comesMs = 4000
/** The writer says every few seconds that sound comes. */
const silentMs = 12_000

/**
 * Keeps the recordings of this node's calls: has their sound ordered, and ordered again when it is missing, as the media
 * server never does that by itself. Returns how to stop.
 */
export async function watchRecordings(hub: Hub): Promise<() => Promise<void>> {
  const lines = linesOf(hub)
  /** What is to be done for a call is done one after the other. */
  const turns = new Map<string, Promise<void>>()
  const inTurn = (callId: string, act: () => Promise<void>) => {
    const turn = (turns.get(callId) ?? Promise.resolve())
      .then(act)
      .catch((error: unknown) => {
        hub.log.warn({ err: error, callId }, 'a recording could not be arranged yet')
      })
      .finally(() => {
        if (turns.get(callId) === turn) turns.delete(callId)
      })
    turns.set(callId, turn)
  }
  lines.stream = (callId, line) => {
    inTurn(callId, () => arrange(hub, callId, line))
  }
  lines.over = (call) => {
    if (!mayHaveSound(call)) return
    inTurn(call._id.toHexString(), async () => {
      await followCall(hub, call)
      await endRecording(hub, call, 'voicemail')
      await linkLeft(hub, call)
    })
  }
  const timer = setInterval(() => {
    orderMissing(hub, (callId, line) => {
      inTurn(callId, () => arrange(hub, callId, line))
    }).catch((error: unknown) => {
      hub.log.warn({ err: error }, 'the sound of calls could not be looked at')
    })
  }, watchMs)
  await soundBusOf(hub).open()
  return async () => {
    clearInterval(timer)
    await soundBusOf(hub).flush()
    soundBusOf(hub).close()
  }
}

/** Was something of it recorded, or a message left in it? */
const mayHaveSound = (call: CallDoc) =>
  call.flow !== null || customerOf(call).stream !== 'off' || customerOf(call).task.kind === 'voicemail'

/** Has the customer's line bring sound, or bring none, as the call says now. */
async function arrange(hub: Hub, callId: string, line: Line) {
  const call = await loadCall(callId)
  if (!call) return
  const doc = await followCall(hub, call)
  const { stream } = customerOf(call)
  if (linesOf(hub).lineOf(callId, customerTag) !== line || call.state === 'ended') return
  if (stream !== 'on') return line.tell({ kind: 'streaming', on: stream })
  const audio = doc && (await orderSound(doc))
  if (audio) line.tell({ kind: 'stream', audio })
}

async function orderMissing(hub: Hub, order: (callId: string, line: Line) => void) {
  const { streaming } = linesOf(hub)
  if (streaming.length === 0) return
  const open = await openRecordingsOf(streaming.map(({ callId }) => new Types.ObjectId(callId)))
  const now = Date.now()
  for (const { callId, line, since } of streaming) {
    const doc = open.find((one) => one.callId.toHexString() === callId)
    if (doc ? !isMissing(doc, now) : now - since < comesMs) continue
    hub.log.warn({ callId, recordingId: doc?._id.toHexString() }, 'the sound of a call is missing')
    order(callId, line)
  }
}

const isMissing = ({ heardAt, orderedAt, stream, ordered }: RecordingDoc, now: number) =>
  now - orderedAt.getTime() > comesMs &&
  (heardAt === null || stream !== ordered || now - heardAt.getTime() > silentMs)
