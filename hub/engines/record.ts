import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** Where a server is reached: a Unix socket, or a port of the loopback address, perhaps with a password. */
export interface Place {
  path?: string
  port?: number
  password?: string
}

/** What `engine.json` in a data folder says, so that other processes find the server that runs there. */
export interface EngineRecord {
  place: Place
  url: string
  /** 0 as long as no server has answered. */
  pid: number
  /** ISO 8601; empty as long as no server has answered. */
  started: string
}

const file = (dir: string) => join(dir, 'engine.json')

/** The record of a data folder, or undefined when there is none (or none that can be read). */
export function readRecord(dir: string): EngineRecord | undefined {
  try {
    return JSON.parse(readFileSync(file(dir), 'utf8')) as EngineRecord
  } catch {
    return undefined
  }
}

/** Replaces the record in one step. Readable by its owner only, because it can hold a password. */
export function writeRecord(dir: string, record: EngineRecord): void {
  renameSync(writeBeside(dir, record), file(dir))
}

/** Writes the first record of a folder and returns its place; when another process was quicker, that one's place. */
export function claimPlace(dir: string, record: EngineRecord): Place {
  const draft = writeBeside(dir, record)
  try {
    linkSync(draft, file(dir))
    return record.place
  } catch (error) {
    const first = readRecord(dir)
    if (!first) throw error
    return first.place
  } finally {
    rmSync(draft)
  }
}

function writeBeside(dir: string, record: EngineRecord): string {
  const draft = `${file(dir)}.${process.pid}`
  writeFileSync(draft, JSON.stringify(record, null, 2), { mode: 0o600 })
  return draft
}

/** Whether a process is alive and is the folder's server, not a later process that got the same number. */
export function isAliveIn(dir: string, pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dir // servers are started with their folder as working directory
  } catch {
    return process.platform !== 'linux'
  }
}

/**
 * A free port of the loopback address, below those that systems hand to outgoing connections: a client that keeps
 * dialling such a port while its server is away can end up connected to itself and block the server's return.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = 16_000 + Math.floor(Math.random() * 16_000)
    if (await isPortFree(port)) return port
  }
  throw new Error('no free port between 16000 and 32000')
}

/** Whether a server could listen on this port of the loopback address. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const trial = createServer()
    trial.once('error', () => resolve(false))
    trial.listen(port, '127.0.0.1', () => trial.close(() => resolve(true)))
  })
}
