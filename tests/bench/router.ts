/**
 * The routing engine: the core alone, then two hubs whose router is struck all the time. Called by run.mjs. The last
 * line with --json is one object of figures.
 */
import { benchCore } from './router/core.ts'
import { benchFailover } from './router/failover.ts'
import { runParts } from './stage/run-parts.ts'

await runParts({
  core: {
    title: 'The core alone: one event, one decision',
    proof: 'of what each agent could take, the first in the order was taken',
    run: benchCore
  },
  failover: {
    title: 'Two hubs, and blows at the one that routes',
    proof: 'read from the stored history',
    run: ({ quick, note }) => benchFailover(quick ? 1000 : 100_000, note)
  }
})
