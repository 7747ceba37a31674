import { mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEngines } from '@palabre/hub/engines/start'
import { bold, dim, green, red, say } from '../../../hub/launch/say.mjs'
import { short, tableOf } from '../figures.ts'
import type { Outcome } from '../parts/outcome.ts'
import { endAll } from './program.ts'
import type { Bench } from './stage.ts'

/** A part of a bench; `proof` says what was checked besides the speed. */
export interface Part {
  title: string
  proof: string
  run(bench: Bench): Promise<Outcome>
}

/**
 * Runs the parts that the command line names (all, when it names none) on engines of their own, and ends the process. A
 * table for people after each part; with --json the last line is one object of all figures.
 */
export async function runParts(parts: Record<string, Part>): Promise<void> {
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
    say(
      dim(`  Node ${process.version}, ${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown processor'}`)
    )
    for (const [name, { title, proof, run }] of Object.entries(parts)) {
      if (chosen.length > 0 && !chosen.includes(name)) continue
      say(`\n  ${bold(title)} ${dim(name)}`)
      const outcome = await run(bench)
      say(`\n${tableOf(outcome.rows)}`)
      say(`  ${green('✓')} ${proof}`)
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
}
