import { mkdirSync, realpathSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine, EngineKind, Log, Run } from './engine.ts'
import { join } from './join.ts'
import { launch } from './launch.ts'
import { claimPlace, isAliveIn, readRecord, writeRecord, type Place } from './record.ts'

const hangLimitMs = 10_000
const calmMs = 3_000
const longestPauseMs = 5_000
const retryPausesMs = [300, 1000, 3000]

/**
 * Starts a server on `dir`, or joins the one that another process runs there, and keeps it running until `stop()`.
 * Only one server can serve a folder: each engine locks it, and who comes second joins the first.
 * @throws Error with the server's own last words when it does not come up
 */
export async function keepEngine(kind: EngineKind, given: string, log: Log = () => {}): Promise<Engine> {
  mkdirSync(given, { recursive: true, mode: 0o700 })
  const dir = realpathSync(given)
  const place = await settlePlace(kind, dir)
  const halt = new AbortController()
  let starting: Promise<Run | undefined> = joinOrLaunch(kind, dir, place)
  let run = await starting
  const supervision = supervise()

  async function supervise() {
    for (let pause = 0; run && !halt.signal.aborted;) {
      const since = Date.now()
      const reason = await run.gone
      run = undefined
      if (halt.signal.aborted) return
      log(`${kind.name} is gone (${reason}), starting it again`)
      pause = Date.now() - since > calmMs ? 0 : Math.min(pause * 2 + 100, longestPauseMs)
      while (!run && !halt.signal.aborted) {
        await sleep(pause, undefined, { signal: halt.signal }).catch(() => {})
        if (halt.signal.aborted) return
        starting = joinOrLaunch(kind, dir, place).catch((error: Error) => void log(error.message))
        run = await starting
        pause = Math.min(pause * 2 + 100, longestPauseMs)
      }
    }
  }

  return {
    url: kind.url(place),
    get pid() {
      return run?.pid ?? 0
    },
    async stop() {
      halt.abort()
      const last = await starting
      await last?.end()
      await supervision
    },
    kill() {
      if (run) process.kill(run.pid, 'SIGKILL')
    }
  }
}

/**
 * The place the folder's server is at, or was and can be again. A place that is taken although no server of ours
 * answers there may be one that is just starting, so it is given time before another place is chosen.
 */
async function settlePlace(kind: EngineKind, dir: string): Promise<Place> {
  const known = readRecord(dir)
  if (!known) return claimPlace(dir, freshRecord(kind, await kind.newPlace(dir)))
  for (const deadline = Date.now() + hangLimitMs; Date.now() < deadline; await sleep(50)) {
    const joined = await joinRunning(kind, dir)
    await joined?.end()
    if (joined || (await kind.isUsable(known.place))) return known.place
  }
  const record = freshRecord(kind, await kind.newPlace(dir))
  writeRecord(dir, record)
  return record.place
}

const freshRecord = (kind: EngineKind, place: Place) => ({ place, url: kind.url(place), pid: 0, started: '' })

/** Tried a few times, because of two processes that launch at once one fails and can then join the other. */
async function joinOrLaunch(
  kind: EngineKind,
  dir: string,
  place: Place,
  pauses = retryPausesMs
): Promise<Run> {
  const joined = await joinRunning(kind, dir)
  if (joined) return joined
  try {
    const run = await launch(kind, dir, place)
    writeRecord(dir, { place, url: kind.url(place), pid: run.pid, started: new Date().toISOString() })
    return run
  } catch (error) {
    const [pause, ...rest] = pauses
    if (pause === undefined) throw error
    await sleep(pause)
    return joinOrLaunch(kind, dir, place, rest)
  }
}

/** A recorded server that does not answer is given time to finish ending (or to wake up), then is ended. */
async function joinRunning(kind: EngineKind, dir: string): Promise<Run | undefined> {
  const record = readRecord(dir)
  if (!record) return undefined
  for (const deadline = Date.now() + hangLimitMs; Date.now() < deadline; await sleep(50)) {
    const joined = await join(kind, record.place)
    if (joined) return joined
    if (record.pid === 0 || !isAliveIn(dir, record.pid)) return undefined
  }
  process.kill(record.pid, 'SIGKILL')
  return undefined
}
