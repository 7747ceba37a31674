import { Agent, request } from 'node:http'
import { sleep } from '../figures.ts'
import type { Call } from './events.ts'

/** How long the provider waits for an answer, and how it tries again. */
const answerMs = 10_000
const pauseAfter = (attempt: number) => Math.min(8000, 500 * 2 ** (attempt - 1))
const connections = 200

/** One call that was answered with 200. */
export interface Ack {
  /** When the attempt began, and how long its answer took, in ms of the same clock. */
  at: number
  ms: number
}

export interface Pushed {
  acks: Ack[]
  /** Attempts that failed and were made again. */
  failed: number
  /** How late the last call of the plan began: the sender itself must keep up. */
  behindMs: number
}

/** Pushes calls as a provider does: at a steady rate, each until it is acknowledged. Resolves when all are. */
export async function push(
  port: number,
  path: string,
  calls: readonly Call[],
  perSecond: number
): Promise<Pushed> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const acks: Ack[] = []
  let failed = 0
  let behindMs = 0
  const begun = performance.now()
  const pushing: Promise<void>[] = []
  for (const [i, call] of calls.entries()) {
    const due = begun + (i * 1000) / perSecond
    const early = due - performance.now()
    if (early > 1) await sleep(early)
    behindMs = performance.now() - due
    pushing.push(pushOne(call))
  }
  await Promise.all(pushing)
  agent.destroy()
  return { acks, failed, behindMs }

  async function pushOne(call: Call) {
    for (let attempt = 1; ; attempt++) {
      const at = performance.now()
      if ((await post(agent, port, path, call)) === 200) {
        acks.push({ at, ms: performance.now() - at })
        return
      }
      failed++
      await sleep(pauseAfter(attempt))
    }
  }
}

/** The status that it is answered with; 0 when nobody answers. */
const post = (agent: Agent, port: number, path: string, { body, signature }: Call) =>
  new Promise<number>((resolve) => {
    const asked = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        timeout: answerMs,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-hub-signature-256': signature
        }
      },
      (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode ?? 0))
        response.once('error', () => resolve(0))
      }
    )
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(0))
    asked.end(body)
  })
