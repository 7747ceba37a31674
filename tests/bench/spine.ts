/**
 * The spine under load: the compiled hub, workers and engines as real processes, on loopback, with journalled writes
 * and authentication. Called by run.mjs. The last line with --json is one object of figures.
 */
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEngines } from '@palabre/hub/engines/start'
import { bold, dim, green, red, say } from '../../hub/launch/say.mjs'
import { short, tableOf } from './figures.ts'
import { benchMessages } from './parts/messages.ts'
import { benchArrivals } from './parts/arrivals.ts'
import { benchBurst } from './parts/burst.ts'
import { benchInbox } from './parts/inbox.ts'
import type { Outcome } from './parts/outcome.ts'
import { benchPush } from './parts/push.ts'
import { endAll } from './stage/program.ts'
import type { Bench } from './stage/stage.ts'

const parts: Record<string, [title: string, run: (bench: Bench) => Promise<Outcome>]> = {
  messages: ['Messages into open conversations', benchMessages],
  arrivals: ['New conversation → routed → on the agent’s screen', benchArrivals],
  burst: ['Many conversations at once', benchBurst],
  push: ['Steady messages, every agent’s socket open', benchPush],
  inbox: ['A year of work in the database', benchInbox]
}

const words = process.argv.slice(2)
const isJson = words.includes('--json')
const chosen = words.filter((word) => !word.startsWith('--'))
const unknown = chosen.filter((name) => !(name in parts))
if (unknown.length > 0) {
  say(red(`There is no part ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}`))
  process.exit(2)
}
const profileDir = words.find((word) => word.startsWith('--profile='))?.slice('--profile='.length) ?? null
if (profileDir) mkdirSync(profileDir, { recursive: true })

const dataDir = mkdtempSync(join(tmpdir(), 'palabre-bench-'))
const engines = await startEngines({ dataDir })
let stopping = false
async function stop(code: number) {
  if (stopping) return
  stopping = true
  endAll()
  await engines.stop()
  rmSync(dataDir, { recursive: true, force: true })
  process.exit(code)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(130))

const bench: Bench = {
  mongodbUrl: engines.mongodbUrl,
  redisUrl: engines.redisUrl,
  dataDir,
  quick: words.includes('--quick'),
  profileDir,
  note(line) {
    say(dim(`    ${line}`))
  }
}
const figures: Record<string, number> = {}
try {
  say(dim(`  Node ${process.version}, ${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown processor'}`))
  for (const [name, [title, run]] of Object.entries(parts)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue
    say(`\n  ${bold(title)} ${dim(name)}`)
    const outcome = await run(bench)
    say(`\n${tableOf(outcome.rows)}`)
    say(`  ${green('✓')} what was sent is stored, once and in order`)
    Object.assign(figures, outcome.figures)
  }
  say()
  if (isJson)
    say(JSON.stringify(Object.fromEntries(Object.entries(figures).map(([k, v]) => [k, Number(short(v))]))))
  await stop(0)
} catch (error) {
  if (!stopping)
    say(`\n  ${red('✗')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  await stop(1)
}
