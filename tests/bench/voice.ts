/**
 * Telephone calls: the compiled hub, a media server that speaks jambonz's protocol in a process of its own, and agents'
 * phones that answer. Called by run.mjs. The last line with --json is one object of figures. Options, beside those of
 * every bench: `--rate=8` calls a second and `--at-once=500`, for calls; `--recordings=100`.
 */
import { runParts } from './stage/run-parts.ts'
import { benchBridge, benchCalls } from './voice/calls.ts'
import { benchRecordings } from './voice/recordings.ts'

/** The number of an option like `--rate=25`; `usual` without it. */
function option(name: string, usual: number): number {
  const word = process.argv.find((one) => one.startsWith(`--${name}=`))
  const number = word === undefined ? usual : Number(word.slice(name.length + 3))
  if (!(number > 0)) throw new Error(`${String(word)}: a number above 0, please`)
  return number
}
const proof = 'what came in is kept once, with one interaction at most, and over; no place is still taken'

await runParts({
  calls: {
    title: 'Many calls at once: every question of the media server answered',
    proof,
    run: (bench) =>
      benchCalls(bench, {
        perSecond: option('rate', 8),
        atOnce: option('at-once', bench.quick ? 50 : 500),
        holdSeconds: bench.quick ? 5 : 20,
        agents: 40,
        talkMs: 20_000
      })
  },
  bridge: {
    title: 'The agent answers → the command that brings both together',
    proof,
    run: (bench) =>
      benchBridge(bench, {
        perSecond: 3,
        atOnce: bench.quick ? 20 : 60,
        holdSeconds: bench.quick ? 5 : 30,
        agents: 20,
        talkMs: 6000
      })
  },
  recordings: {
    title: 'Talks that are all recorded, both sides apart at 8 kHz',
    proof: 'all are ready, none is too short or has a gap',
    run: (bench) =>
      benchRecordings(bench, {
        count: option('recordings', bench.quick ? 10 : 100),
        seconds: bench.quick ? 5 : 20
      })
  }
})
