import { demand, until, type Row } from '../figures.ts'
import type { Outcome } from '../parts/outcome.ts'
import type { Bench } from '../stage/stage.ts'
import { openThinVoice, openVoiceStage } from './stage.ts'

/** Two channels of 8,000 samples of 16 bits. */
const bytesPerSecond = 8000 * 2 * 2
const settleSeconds = 5

/** Talks that are all recorded, their sound coming as 20 ms frames; what the hub spends beside the plain writing. */
export async function benchRecordings(
  bench: Bench,
  { count, seconds }: { count: number; seconds: number }
): Promise<Outcome> {
  const rows: Row[] = []
  const row = (way: string, cpuMs: number, mb: number) =>
    rows.push({
      way,
      recordings: String(count),
      seconds: String(seconds),
      MB: mb,
      'CPU ms a recorded second': cpuMs / (count * seconds),
      cores: cpuMs / 1000 / seconds
    })

  const stage = await openVoiceStage(bench, 'recordings', {
    agents: count,
    hasFlow: false,
    recording: 'always',
    answerMs: 200,
    talkMs: 3_600_000
  })
  let cores: number
  try {
    bench.note(`${String(count)} talks are brought about`)
    await stage.far.run({ perSecond: 8, atOnce: count, holdSeconds: 1, key: null, hums: true })
    const recordings = stage.db.collection('recordings')
    await until(
      'all are recorded',
      async () => (await recordings.countDocuments({ heardAt: { $ne: null } })) >= count,
      {
        ms: 60_000,
        every: 500
      }
    )
    await stage.far.hold(settleSeconds)
    const before = await stage.hub.usage()
    await stage.far.hold(seconds)
    const after = await stage.hub.usage()
    cores = (after.cpuMs - before.cpuMs) / 1000 / seconds
    const told = await stage.far.finish()
    demand(told.lost === 0, `${String(told.lost)} calls were lost: ${told.why.join('; ')}`)
    await until(
      'all are ready',
      async () => (await recordings.countDocuments({ state: 'ready' })) === count,
      {
        ms: 60_000,
        every: 500
      }
    )
    const all = await recordings.find({}, { projection: { ms: 1, soundMs: 1, gaps: 1 } }).toArray()
    const shortest = Math.min(...all.map(({ ms }) => Number(ms)))
    demand(shortest >= (seconds + settleSeconds) * 1000, `the shortest has ${String(shortest)} ms`)
    const lost = all.reduce((sum, { gaps }) => sum + (gaps as unknown[]).length, 0)
    demand(lost === 0, `${String(lost)} gaps in the recordings`)
    row('hub', after.cpuMs - before.cpuMs, (count * seconds * bytesPerSecond) / 1_048_576)
  } finally {
    await stage.close()
  }

  const { thin, far, close } = await openThinVoice(bench)
  try {
    const before = await thin.usage()
    await far.streams({ url: `ws://127.0.0.1:${String(thin.port)}/sound`, count, seconds })
    const after = await thin.usage()
    row('thin: only GridFS', after.cpuMs - before.cpuMs, (count * seconds * bytesPerSecond) / 1_048_576)
  } finally {
    await close()
  }
  return { rows, figures: { recordingCores: cores } }
}
