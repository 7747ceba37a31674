import type { Fields } from '../frame.ts'
import { aborted } from '../pause.ts'
import type { Session } from '../session.ts'
import { stopOf, type Run } from '../stage.ts'
import { timing } from '../timing.ts'
import { bridge } from '../rooms/bridge.ts'
import type { Waiter } from '../rooms/queue.ts'
import { waitLoop } from '../rooms/wait-loop.ts'

type Result = 'bridged' | 'leave' | 'hangup'

/** Waits in a queue, with its waitHook's music, until taken, until it leaves, or until the call goes elsewhere. */
export const enqueue: Run<Session> = async (session, verb, signal) => {
  const { leg, platform } = session
  const queue = platform.queues.get(String(verb['name']))
  const since = Date.now()
  const music = new AbortController()
  let settle!: (result: Result) => void
  const taken = new Promise<Result>((resolve) => (settle = resolve))
  let part: (() => void) | undefined
  const waiter: Waiter = {
    leg,
    since,
    priority: Number(verb['priority'] ?? 999),
    take: (by) => {
      queue.leave(waiter, 'dequeued', by)
      music.abort('bridged')
      part = bridge(leg, by)
      const parted = Promise.race([aborted(signal), ended(leg), ended(by)]).then(() => {
        part?.()
        settle('bridged')
      })
      return { parted }
    }
  }
  const time = () => Math.trunc((Date.now() - since) / 1000)
  const payload = (): Fields => ({
    queue_sid: queue.sid,
    queue_time: time(),
    queue_size: queue.waiting.length,
    queue_position: Math.max(0, queue.waiting.indexOf(waiter)),
    call_sid: leg.info.callSid,
    call_id: leg.info.callId,
    ...(leg.info.customerData && { customerData: leg.info.customerData })
  })
  queue.join(waiter)
  if (verb['waitHook'] !== undefined)
    void waitLoop(session, {
      hook: verb['waitHook'],
      payload,
      gap: timing.queueGap,
      music: music.signal,
      stop: signal
    }).then((leaves) => leaves && settle('leave'))
  const result = await Promise.race([taken, aborted(signal).then((): Result => 'hangup')])
  queue.leave(waiter, 'abandoned')
  if (stopOf(signal) === 'moved') return
  return session.act(verb, { queue_sid: queue.sid, queue_time: time(), queue_result: result })
}

const ended = (leg: Session['leg']) =>
  new Promise<void>((resolve) => (leg.ended ? resolve() : void leg.once('ended', () => resolve())))
