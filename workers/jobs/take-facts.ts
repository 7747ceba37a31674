import { takeFacts } from '@palabre/hub/rollups/take-facts'
import type { RunJob } from './job.ts'

const rounds = 10

/** Makes intervals and sums of new facts; a backlog is worked off in a few rounds, the rest the next time. */
export const takeFactsJob: RunJob<'fact.take'> = async (hub) => {
  for (let round = 0; round < rounds; round++) if ((await takeFacts(hub)) === 0) return
}
