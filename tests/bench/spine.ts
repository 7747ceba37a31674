/**
 * The spine under load: the compiled hub, workers and engines as real processes, on loopback, with journalled writes
 * and authentication. Called by run.mjs. The last line with --json is one object of figures.
 */
import { benchArrivals } from './parts/arrivals.ts'
import { benchBurst } from './parts/burst.ts'
import { benchInbox } from './parts/inbox.ts'
import { benchMessages } from './parts/messages.ts'
import { benchPush } from './parts/push.ts'
import { runParts } from './stage/run-parts.ts'

const proof = 'what was sent is stored, once and in order'

await runParts({
  messages: { title: 'Messages into open conversations', proof, run: benchMessages },
  arrivals: { title: 'New conversation → routed → on the agent’s screen', proof, run: benchArrivals },
  burst: { title: 'Many conversations at once', proof, run: benchBurst },
  push: { title: 'Steady messages, every agent’s socket open', proof, run: benchPush },
  inbox: { title: 'A year of work in the database', proof, run: benchInbox }
})
