/**
 * Channels that providers push into: the compiled hub, workers and engines as real processes on loopback, with signed
 * webhooks. Called by run.mjs. The last line with --json is one object of figures.
 */
import { benchStorm } from './channels/storm.ts'
import { runParts } from './stage/run-parts.ts'

await runParts({
  storm: {
    title: 'A storm of webhook calls, with a kill -9 of the hub in the middle',
    proof: 'every event is stored and counted once, in the interaction of its customer',
    run: benchStorm
  }
})
