import { existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Engine, EngineKind, Log } from './engine.ts'
import { keepEngine } from './keep.ts'
import { locate } from './locate.ts'
import { freePort, isPortFree } from './record.ts'

/** A socket's path has 104 (macOS) or 108 (Linux) bytes in the address structure, see unix(7). */
const longestSocketPath = 100

/**
 * Starts MongoDB on the folder `dir`, or joins the one that runs there: `mongod` when it is on PATH, else the embedded
 * engine in a process of its own. Every write through the returned URL is journaled before it is acknowledged, unless
 * a client says otherwise. The embedded engine knows no sessions, transactions or change streams.
 * @throws Error that says what to install or set
 */
export async function startMongo({ dir, log }: { dir: string; log?: Log }): Promise<Engine> {
  const { kind, command, env } = await locate('mongodb', log)
  return keepEngine(kind === 'mongod' ? mongod(command) : embedded(command, env), dir, log)
}

const mongod = (command: string[]): EngineKind => ({
  ...common,
  newPlace: async () => ({ port: await freePort() }),
  isUsable: async ({ port }) => port !== undefined && isPortFree(port),
  url: ({ port }) => `mongodb://127.0.0.1:${port}/?${clientOptions}`,
  command: ({ port }, dir) => ({
    words: [
      ...command,
      '--bind_ip',
      '127.0.0.1',
      '--port',
      `${port}`,
      '--nounixsocket',
      '--dbpath',
      dataIn(dir)
    ],
    env: {}
  })
})

const embedded = (command: string[], env: Record<string, string>): EngineKind => ({
  ...common,
  newPlace: async (dir) => ({ path: socketFor(dir) }),
  isUsable: async ({ path }) => path !== undefined && existsSync(dirname(path)),
  url: ({ path }) => `mongodb://${encodeURIComponent(path ?? '')}/?${clientOptions}`,
  command: ({ path }, dir) => ({ words: [...command, dataIn(dir), path ?? ''], env })
})

const clientOptions = 'directConnection=true&journal=true'

const common = { name: 'MongoDB', greeting: () => ({ ask: askStatus(), readPid }) }

function dataIn(dir: string): string {
  const data = join(dir, 'db')
  mkdirSync(data, { recursive: true, mode: 0o700 })
  return data
}

function socketFor(dir: string): string {
  const path = join(dir, 'mongodb.sock')
  return Buffer.byteLength(path) <= longestSocketPath
    ? path
    : join(mkdtempSync(join(tmpdir(), 'palabre-')), 'm.sock')
}

/** The command `{ serverStatus: 1, $db: 'admin' }` as an OP_MSG. */
function askStatus(): Buffer {
  const elements = Buffer.from('\x10serverStatus\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0', 'latin1')
  const message = Buffer.alloc(25 + elements.length)
  message.writeInt32LE(message.length, 0)
  message.writeInt32LE(2013, 12)
  message.writeInt32LE(4 + elements.length, 21)
  elements.copy(message, 25)
  return message
}

/** The first element named `pid` of type int64 is the server's own, as it is among the first of its status. */
function readPid(answer: Buffer): number | undefined {
  const at = answer.indexOf('\x12pid\0')
  return at >= 0 && answer.length >= at + 13 ? Number(answer.readBigInt64LE(at + 5)) : undefined
}
