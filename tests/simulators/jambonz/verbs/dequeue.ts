import { pause, aborted } from '../pause.ts'
import type { Session } from '../session.ts'
import type { Run } from '../stage.ts'
import { timing } from '../timing.ts'

/** Takes the next (or one) caller of a queue: after a second at the earliest, then looks every five seconds. */
export const dequeue: Run<Session> = async (session, verb, signal) => {
  const queue = session.platform.queues.get(String(verb['name']))
  const callSid = verb['callSid'] === undefined ? undefined : String(verb['callSid'])
  const until = performance.now() + Number(verb['timeout'] ?? Infinity) * 1000
  let wait: number = timing.dequeueSleep
  while (await pause(Math.min(wait, until - performance.now()), signal)) {
    const waiter = queue.next(callSid)
    if (waiter) {
      const { parted } = waiter.take(session.leg)
      await Promise.race([parted, aborted(signal)])
      return session.act(verb, { dequeue_result: 'complete' })
    }
    if (performance.now() >= until) return session.act(verb, { dequeue_result: 'timeout' })
    wait = timing.dequeuePoll
  }
  return session.act(verb, { dequeue_result: 'hangup' })
}
