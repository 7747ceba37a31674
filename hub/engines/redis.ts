import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine, EngineKind, Log } from './engine.ts'
import { keepEngine } from './keep.ts'
import { locate } from './locate.ts'
import { freePort, isPortFree } from './record.ts'

/**
 * Starts Redis on the folder `dir`, or joins the Redis that runs there: append-only file synced every second, nothing
 * evicted, loopback only, with a password of its own. The first start on a machine may download it.
 * @throws Error that says what to install or set
 */
export async function startRedis({ dir, log }: { dir: string; log?: Log }): Promise<Engine> {
  const { command, env } = await locate('redis', log)
  const kind: EngineKind = {
    name: 'Redis',
    newPlace: async () => ({ port: await freePort(), password: randomBytes(18).toString('base64url') }),
    isUsable: async ({ port }) => port !== undefined && isPortFree(port),
    url: ({ port, password }) => `redis://:${password}@127.0.0.1:${port}`,
    command({ port, password }, folder) {
      const file = join(folder, 'redis.conf')
      writeFileSync(file, settings(port, password), { mode: 0o600 })
      return { words: [...command, file], env }
    },
    greeting: ({ password }) => ({
      ask: Buffer.from(`AUTH ${password}\r\nPING\r\nINFO server\r\n`),
      readPid: (answer) => Number(/\+PONG[^]*process_id:(\d+)\r/.exec(answer.toString())?.[1]) || undefined
    })
  }
  return keepEngine(kind, dir, log)
}

/** The server is started in its data folder, which is why no path is named. */
const settings = (port?: number, password?: string) =>
  `bind 127.0.0.1
port ${port}
requirepass ${password}
daemonize no
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
loglevel warning
`
