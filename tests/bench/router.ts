/**
 * The routing engine: the core alone, the whole product with every place taken, then two hubs whose router is struck all
 * the time. Called by run.mjs. The last line with --json is one object of figures. Options, beside those of every bench:
 * engine: `--rate=25,50,100` arrivals a second, `--seconds=300` for each, `--backlog=3000` to work off;
 * failover: `--routings=100000`, `--storm-rate=100` arrivals a second.
 */
import { benchCore } from './router/core.ts'
import { benchEngine } from './router/engine.ts'
import { benchFailover } from './router/failover.ts'
import { runParts } from './stage/run-parts.ts'

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
  core: {
    title: 'The core alone: one event, one decision',
    proof: 'of what each agent could take, the first in the order was taken',
    run: benchCore
  },
  engine: {
    title: 'Freed place → offer on the agent’s socket, while somebody waits',
    proof: 'all are closed, none twice, nobody over capacity, no place is still taken',
    run: (bench) =>
      benchEngine(bench, {
        rates: option('rate', [bench.quick ? 20 : 100]),
        seconds: one('seconds', bench.quick ? 5 : 300),
        backlog: one('backlog', bench.quick ? 400 : 3000)
      })
  },
  failover: {
    title: 'Two hubs, and blows at the one that routes',
    proof: 'read from the stored history',
    run: (bench) =>
      benchFailover(bench, {
        routings: one('routings', bench.quick ? 1000 : 100_000),
        perSecond: one('storm-rate', 100)
      })
  }
})
