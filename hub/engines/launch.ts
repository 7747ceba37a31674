import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineKind, Run } from './engine.ts'
import { join } from './join.ts'
import type { Place } from './record.ts'

const startLimitMs = 60_000
const stopLimitMs = 8_000
const wordsKept = 4_000

/**
 * Launches a server and waits until it answers.
 * The server leads a process group of its own, so Ctrl-C in a terminal does not end it before those who use it;
 * a watchdog ends it when this process dies without a chance to do so.
 * @throws Error with the server's last words when it ends instead, or does not answer within a minute
 */
export async function launch(kind: EngineKind, dir: string, place: Place): Promise<Run> {
  const { words, env } = kind.command(place, dir)
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: dir,
    env: { ...essentials(), ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const lastWords = collect(child)
  const gone = untilGone(child)
  const watchdog = child.pid ? watch(child.pid) : undefined
  void gone.then(() => watchdog?.kill('SIGKILL'))

  const end = async () => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
    await gone
    clearTimeout(timer)
  }

  let reason: string | undefined
  void gone.then((why) => (reason = why))
  for (const deadline = Date.now() + startLimitMs; !reason; await sleep(15)) {
    const answering = await join(kind, place)
    await answering?.end()
    if (answering && answering.pid === child.pid) return { pid: child.pid, gone, end }
    if (Date.now() > deadline) {
      await end()
      reason = 'no answer within a minute'
    }
  }
  throw new Error(`${kind.name} did not start (${reason}): ${lastWords()}`)
}

/** What a server needs of the environment; the rest (NODE_OPTIONS of a test run, say) would only disturb it. */
function essentials(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}

function untilGone(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
}

function collect(child: ChildProcess): () => string {
  let text = ''
  const keep = (chunk: Buffer) => (text = (text + chunk.toString()).slice(-wordsKept))
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  return () => text.trim() || 'it said nothing'
}

/** A shell that waits for its input to end, which it does when this process is gone, and then ends the server. */
function watch(pid: number): ChildProcess {
  const script = `read _; kill -TERM ${pid}; for _ in 1 2 3 4 5; do sleep 1; kill -0 ${pid} || exit; done; kill -KILL ${pid}`
  const watchdog = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  watchdog.unref()
  return watchdog
}
