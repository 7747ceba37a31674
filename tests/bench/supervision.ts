/**
 * What supervising costs: the compiled hub with agents and supervisors on real sockets, and customers by signed webhooks.
 * Called by run.mjs. The last line with --json is one object of figures. Options, beside those of every bench:
 * `--rate=100,25` interactions a second, each measured, `--presences=100` a second, `--seconds=60`, `--agents=1000`,
 * `--supervisors=20`, `--rounds=2` with and as many without supervisors.
 */
import { runParts } from './stage/run-parts.ts'
import { benchBoard } from './supervision/board.ts'

/** The numbers of an option like `--rate=25,50`; `usual` without it. */
function option(name: string, usual: number[]): number[] {
  const word = process.argv.find((one) => one.startsWith(`--${name}=`))
  if (word === undefined) return usual
  const numbers = word
    .slice(name.length + 3)
    .split(',')
    .map(Number)
  if (!numbers.every((number) => number > 0)) throw new Error(`${word}: numbers above 0, please`)
  return numbers
}
const one = (name: string, usual: number) => option(name, [usual])[0]!

await runParts({
  board: {
    title: 'Something happens → the figure on a supervisor’s board',
    proof:
      'the figures on every board are those of the stored interactions and facts, also after all lines were cut',
    run: (bench) => {
      const { quick } = bench
      return benchBoard(bench, {
        agents: one('agents', quick ? 60 : 1000),
        supervisors: one('supervisors', quick ? 5 : 20),
        queues: quick ? 4 : 10,
        watched: quick ? 4 : 20,
        capacity: 4,
        rates: option('rate', quick ? [10] : [100, 25]),
        presences: one('presences', quick ? 10 : 100),
        seconds: one('seconds', quick ? 6 : 60),
        warmUpSeconds: quick ? 3 : 20,
        holdMs: quick ? 1000 : 10_000,
        rounds: one('rounds', quick ? 1 : 2)
      })
    }
  }
})
