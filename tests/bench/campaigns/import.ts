import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readEnv } from '@palabre/config/env'
import { connectHub, makeLog } from '@palabre/hub/connect'
import { Contact } from '@palabre/hub/contacts/contact.model'
import { systemActor } from '@palabre/hub/hub'
import { Import, type ImportDoc } from '@palabre/hub/imports/import.model'
import { startImport } from '@palabre/hub/imports/start'
import { takeFile } from '@palabre/hub/imports/upload'
import { ListMember } from '@palabre/hub/lists/list.model'
import { heapFlags } from '../../../hub/launch/children.mjs'
import type { Outcome } from '../parts/outcome.ts'
import { freshUrl, type Bench } from '../stage/stage.ts'

/** Rows of which every twentieth names somebody again, and every hundredth is wrong. */
async function* rowsOf(count: number): AsyncGenerator<string> {
  yield 'first name,last name,email,phone,language,city,customer since\n'
  for (let n = 0; n < count; n += 100) {
    let lines = ''
    for (let i = n; i < Math.min(count, n + 100); i++) {
      const who = i % 20 === 19 ? i - 19 : i
      const email = i % 100 === 50 ? 'nobody' : `person-${String(who)}@bank.example`
      lines += `Zoé,Person ${String(who)},${email},,fr,"Saint-Étienne, Loire",2026-01-${String((i % 28) + 1).padStart(2, '0')}\n`
    }
    yield lines
    await Promise.resolve()
  }
}

/** A worker of the compiled product; how much memory it has is read from /proc (Linux). */
async function startWorker(env: Record<string, string>) {
  const child = fork(fileURLToPath(new URL('../../../workers/dist/main.js', import.meta.url)), {
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...env },
    execArgv: [...heapFlags],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc']
  })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => chunk.toString().includes('workers ready') && resolve())
    void gone.then(() => reject(new Error('the worker ended')))
  })
  const rssMb = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(child.pid)}/status`, 'utf8'))?.[1] ?? 0) / 1024
  return {
    rssMb,
    async stop() {
      child.disconnect()
      await gone
    }
  }
}

/**
 * Imports 100,000 rows (2000 when it is to be quick) with a worker of its own, from the start to the last row; throws
 * when anybody is missing or there twice. Memory is what the worker has more than it had while idle.
 */
export async function benchImport(bench: Bench): Promise<Outcome> {
  const rows = bench.quick ? 2000 : 100_000
  const env = {
    MONGODB_URL: freshUrl(bench, 'import'),
    REDIS_URL: bench.redisUrl,
    REDIS_PREFIX: `bench-${randomBytes(4).toString('hex')}`,
    DATA_DIR: join(bench.dataDir, 'import'),
    SECRET_KEY: randomBytes(32).toString('hex'),
    SMTP_PORT: '-1',
    DEMO: 'false',
    LOG_LEVEL: 'info'
  }
  const read = readEnv({ ...env, LOG_LEVEL: 'error' })
  const hub = await connectHub(read, makeLog(read, 'bench'))
  const worker = await startWorker(env)
  try {
    const preview = await takeFile(hub, systemActor, 'bench.csv', Readable.from(rowsOf(rows)))
    await sleep(3000)
    const idleMb = worker.rssMb()
    let peakMb = idleMb
    const { id, version, format } = preview.import
    const startedAt = Date.now()
    await startImport(hub, systemActor, id, {
      version,
      format,
      columns: preview.columns,
      into: 'contacts',
      existing: 'fill',
      country: null,
      newList: 'Bench'
    })
    let done: ImportDoc | null = null
    while (done?.state !== 'finished') {
      await sleep(50)
      peakMb = Math.max(peakMb, worker.rssMb())
      done = (await Import.findById(id).lean()) as ImportDoc | null
      if (done?.state === 'failed') throw new Error(`the import failed: ${String(done.trouble)}`)
    }
    const seconds = ((done.endedAt?.getTime() ?? Date.now()) - startedAt) / 1000
    const bad = rows / 100
    const people = rows - rows / 20 - bad
    const found = [
      done.counts.rows - rows,
      done.counts.bad - bad,
      done.counts.made - people,
      (await Contact.countDocuments({})) - people,
      (await ListMember.countDocuments({ listId: done.listId })) - people
    ]
    if (found.some((off) => off !== 0)) throw new Error(`rows are missing or twice: ${found.join(', ')}`)
    bench.note(
      `${String(rows)} rows in ${seconds.toFixed(1)} s; idle ${idleMb.toFixed(0)} MB, peak ${peakMb.toFixed(0)} MB`
    )
    const figures = {
      importRowsPerS: Math.round(rows / seconds),
      importPeakMb: Math.round(peakMb - idleMb)
    }
    return {
      rows: [{ rows, 'rows/s': figures.importRowsPerS, 'MB above idle': figures.importPeakMb }],
      figures
    }
  } finally {
    await worker.stop()
    await hub.close()
  }
}
