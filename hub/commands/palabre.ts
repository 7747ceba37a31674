import { readEnv } from '@palabre/config/env'
import { connectHub, makeLog } from '../connect.ts'
import { startEngines } from '../engines/start.ts'
import type { Hub } from '../hub.ts'
import { Refusal } from '../refuse.ts'
import { Misuse, type Command } from './command.ts'
import { factsRebuild } from './facts-rebuild.ts'
import { flowCheck } from './flow-check.ts'
import { flowTest } from './flow-test.ts'
import { routeReplay } from './route-replay.ts'

const commands: Record<string, Command> = {
  'facts rebuild': factsRebuild,
  'flow check': flowCheck,
  'flow test': flowTest,
  'route replay': routeReplay
}

const usage = () =>
  ['Usage:', ...Object.values(commands).map((command) => `  ${command.usage.replaceAll('\n', '\n  ')}`)].join(
    '\n'
  )

/**
 * Runs one command of the command line against the servers that the environment names (the embedded ones when it names
 * none). Prints its result to stdout and what is wrong to stderr.
 * @returns the exit code: 0 done, 1 refused or failed, 2 misused
 */
export async function runCommand(
  words: string[],
  source: Record<string, string | undefined>
): Promise<number> {
  const name = words.slice(0, 2).join(' ')
  const command = commands[name]
  if (!command) {
    process.stderr.write(`${usage()}\n`)
    return words.includes('--help') ? 0 : 2
  }
  try {
    const work = await command.read(words.slice(2))
    process.stdout.write(`${await connected(work, source)}\n`)
    return 0
  } catch (error) {
    if (error instanceof Misuse) {
      process.stderr.write(`${error.message}\n\n${usage()}\n`)
      return 2
    }
    process.stderr.write(`${said(error)}\n`)
    return 1
  }
}

async function connected(work: (hub: Hub) => Promise<string>, source: Record<string, string | undefined>) {
  // stdout is for the result alone.
  const env = readEnv({ ...source, LOG_LEVEL: source['LOG_LEVEL'] ?? 'silent' })
  const engines = await startEngines({
    mongodbUrl: env.MONGODB_URL,
    redisUrl: env.REDIS_URL,
    dataDir: env.DATA_DIR
  })
  try {
    const hub = await connectHub(
      { ...env, MONGODB_URL: engines.mongodbUrl, REDIS_URL: engines.redisUrl },
      makeLog(env, 'palabre')
    )
    try {
      return await work(hub)
    } finally {
      await hub.close()
    }
  } finally {
    await engines.stop()
  }
}

function said(error: unknown): string {
  if (!(error instanceof Refusal)) return error instanceof Error ? error.message : String(error)
  const fields = (error.fields ?? []).map(({ path, message }) => `  ${path}: ${message}`)
  return [`${error.refusal}: ${error.detail ?? error.message}`, ...fields].join('\n')
}
