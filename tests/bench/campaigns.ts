/**
 * Campaigns: the compiled workers import contacts and send personalised, signed mails to a sink in a process of its own. Called by run.mjs.
 * The last line with --json is one object of figures.
 */
import { benchImport } from './campaigns/import.ts'
import { benchSend } from './campaigns/send.ts'
import { runParts } from './stage/run-parts.ts'

await runParts({
  import: {
    title: 'A file of contacts',
    proof: 'everybody is there, once',
    run: benchImport
  },
  send: {
    title: 'A campaign, each mail its own',
    proof: 'nobody got it twice and nobody was left out, also when every worker was killed twice',
    run: benchSend
  }
})
