import { WebSocket } from 'ws'
import { startProgram } from '../stage/program.ts'
import type { Pushed } from './watch.ts'

const mostMs = 15_000

/** Pushes the same bytes to as many sockets from a bare server: how late they come, and what that costs. */
export async function pushThin(frames: readonly Pushed[], sockets: number) {
  const part = frames.filter(({ at }) => at < mostMs)
  const seconds = Math.max(1, part.at(-1)?.at ?? 0) / 1000
  const thin = await startProgram('../supervision/thin.mjs', {
    BENCH_FRAMES: JSON.stringify(part.map(({ at, bytes }) => ({ at: Math.round(at), bytes }))),
    BENCH_SOCKETS: String(sockets)
  })
  try {
    const before = await thin.usage()
    const lags: number[] = []
    await Promise.all(
      Array.from(
        { length: sockets },
        () =>
          new Promise<void>((resolve, reject) => {
            const socket = new WebSocket(`ws://127.0.0.1:${String(thin.port)}/`, { perMessageDeflate: false })
            socket.once('error', reject)
            socket.once('close', () => {
              resolve()
            })
            socket.on('message', (data: Buffer) => {
              lags.push(performance.timeOrigin + performance.now() - Number(data.toString('latin1', 0, 32)))
            })
          })
      )
    )
    const after = await thin.usage()
    return { lags, cpuPct: (after.cpuMs - before.cpuMs) / seconds / 10 }
  } finally {
    await thin.stop()
  }
}
