import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { House } from '../house.ts'

const script = fileURLToPath(new URL('worker.ts', import.meta.url))

/** A worker of its own process on the house's engines. */
export interface Worker {
  /** As a power cut: nothing is finished, nothing is said. */
  kill(): Promise<void>
  /** Stops it in the middle of whatever it does, and lets it go on as if nothing had been. */
  freeze(ms: number): Promise<void>
}

const gone = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else child.once('exit', () => resolve())
  })

/** Starts a worker from the source; resolves when it takes jobs. */
export async function startWorker({ hub: { env } }: House): Promise<Worker> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', script], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])),
      LOG_LEVEL: 'info'
    },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (process.env['TEST_LOG']) process.stdout.write(chunk)
      if (chunk.toString().includes('workers ready')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`the worker ended with ${String(code)}`)))
  })
  return {
    async kill() {
      child.kill('SIGKILL')
      await gone(child)
    },
    async freeze(ms) {
      child.kill('SIGSTOP')
      await new Promise((resolve) => setTimeout(resolve, ms))
      child.kill('SIGCONT')
    }
  }
}
