import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What the sink got since it last forgot. */
export interface Report {
  got: Map<string, number>
  /** Moments of all mails, in order. */
  times: number[]
}

export interface Sink {
  port: number
  count(): Promise<number>
  report(): Promise<Report>
  forget(): Promise<void>
  stop(): void
}

const fileAt = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export async function startSink(): Promise<Sink> {
  const child = fork(fileAt('sink.mjs'), { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const answer = <T>() => new Promise<T>((resolve) => child.once('message', (told) => resolve(told as T)))
  const ask = <T>(word: string): Promise<T> => {
    const told = answer<T>()
    child.send(word)
    return told
  }
  const { port } = await answer<{ port: number }>()
  return {
    port,
    count: async () => (await ask<{ count: number }>('count')).count,
    async report() {
      const { got, times } = await ask<{ got: [string, number][]; times: number[] }>('report')
      return { got: new Map(got), times }
    },
    forget: () => ask('forget'),
    stop: () => child.disconnect()
  }
}

/** A worker process of the compiled product. */
export interface Worker {
  /** User and system time so far, in ms. */
  cpuMs(): number
  kill(): Promise<void>
}

export function startWorker(env: Record<string, string>, flags: string[] = []): Worker {
  const child = fork(fileAt('../../../workers/dist/main.js'), {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NODE_ENV: 'production', ...env },
    execArgv: flags,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc']
  })
  return { cpuMs: () => cpuMsOf(child), kill: () => killed(child) }
}

function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGKILL')
  return gone
}

/** proc(5): fields 14 and 15, in ticks of 10 ms. */
function cpuMsOf({ pid }: ChildProcess): number {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}
