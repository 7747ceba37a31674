import { heapFlags } from '../../../hub/launch/children.mjs'
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Usage {
  cpuMs: number
  rssMb: number
  heapMb: number
  /** `find interactions` → how many. */
  commands: Record<string, number>
}

/** Commands between two looks: how many for each of `count` items, the most frequent first. */
export function commandsEach(before: Usage, after: Usage, count: number) {
  const each = Object.entries(after.commands)
    .map(([name, n]) => [name, (n - (before.commands[name] ?? 0)) / count] as const)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a)
  const shown = each.slice(0, 8).map(([name, n]) => `${name} ${n.toPrecision(2)}`)
  return { total: each.reduce((sum, [, n]) => sum + n, 0), shown: shown.join(', ') }
}

export interface Program {
  port: number
  /** What else it told when it was ready. */
  ready: unknown
  usage(): Promise<Usage>
  stop(): Promise<void>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}

const startLimitMs = 60_000
const stopLimitMs = 15_000
const wordsKept = 4000
const running = new Set<ChildProcess>()

/** Ends what is still running, by pid; for a bench that is interrupted or fails. */
export function endAll() {
  for (const child of running) child.kill('SIGKILL')
}

function forked(script: string, env: Record<string, string>, flags: string[] = []) {
  const execArgv = [...heapFlags, ...flags]
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NODE_ENV: 'production', ...env },
    execArgv,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
  let words = ''
  const keep = (chunk: Buffer) => (words = (words + chunk.toString()).slice(-wordsKept))
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  running.add(child)
  const gone = new Promise<number>((resolve) =>
    child.once('exit', (code) => {
      running.delete(child)
      resolve(code ?? 1)
    })
  )
  return { child, gone, lastWords: () => words.trim() }
}

/** The first message of this kind that the child sends; rejects when it ends or is silent for a minute. */
function told<T>({ child, gone, lastWords }: ReturnType<typeof forked>, kind: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      reject(new Error(`${child.spawnargs[1] ?? ''} ${why}\n${lastWords()}`))
    }
    const timer = setTimeout(() => {
      fail(`told no ${kind}`)
    }, startLimitMs)
    const hear = (message: Record<string, T>) => {
      if (!(kind in message)) return
      clearTimeout(timer)
      child.off('message', hear)
      resolve(message[kind] as T)
    }
    child.on('message', hear)
    void gone.then(() => {
      clearTimeout(timer)
      fail('ended')
    })
  })
}

/** Starts a server that tells its port and, asked, what it used so far. */
export async function startProgram(
  script: string,
  env: Record<string, string>,
  execArgv: string[] = []
): Promise<Program> {
  const one = forked(script, env, execArgv)
  const { port, ...ready } = await told<{ port: number }>(one, 'ready')
  return {
    port,
    ready,
    usage() {
      const answer = told<Usage>(one, 'usage')
      one.child.send('usage')
      return answer
    },
    stop: () => end(one),
    async kill() {
      one.child.kill('SIGKILL')
      await one.gone
    }
  }
}

/** Starts a program that is only waited for when it is stopped; it ends when its channel closes. */
export function startSilent(script: string, env: Record<string, string>): { stop(): Promise<void> } {
  const one = forked(script, env)
  return { stop: () => end(one, false) }
}

/** Runs a program that tells one thing and ends. */
export async function runProgram<T>(script: string, env: Record<string, string>, kind: string): Promise<T> {
  const one = forked(script, env)
  const answer = await told<T>(one, kind)
  await one.gone
  return answer
}

async function end({ child, gone }: ReturnType<typeof forked>, byWord = true) {
  if (byWord) child.send('stop')
  else child.disconnect()
  const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
  await gone
  clearTimeout(timer)
}
